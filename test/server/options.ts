import { DEFAULT_TEMPLATES, type Templates } from './catalogue/templates';

/** How clients must show who they are, as the usual protections in front of ComfyUI ask for it. */
export type AuthOption =
	| { kind: 'basic'; user: string; password: string }
	| { kind: 'bearer'; token: string }
	| { kind: 'header'; name: string; value: string }
	/** The ComfyUI-Login extension: Bearer or `?token=`, else a redirect to an HTML page. */
	| { kind: 'login'; token: string };

export interface LittleComfyUiOptions {
	/** 0 (default): one that no server of this process has had before. */
	port?: number;
	/** Default 127.0.0.1. */
	host?: string;
	/** Everything lives below this path, for example `/comfy`; all else is 404. */
	basePath?: string;
	/** Decides which features exist. Default 0.33.0. */
	version?: string;
	/** Whether samplers send previews. Default true. */
	previews?: boolean;
	/** How far the clock of the server is ahead of the right time, ms. Default 0. */
	clockAheadMs?: number;
	/** Time of one sampler step in milliseconds. Default 2. */
	stepMs?: number;
	/** Limit of every request body. Default 100 MiB. */
	maxUploadBytes?: number;
	auth?: AuthOption;
	tls?: { key: string; cert: string };
	/** Model names by folder, merged over the default folders; also the choices in object_info. */
	models?: Record<string, string[]>;
	/** What `/view_metadata` says, by file name, in place of the usual answer; null for a file without metadata. */
	modelMetadata?: Record<string, Record<string, string> | null>;
	/** `templates/index.json`, and the templates by name. Default: the ones in `catalogue/templates.ts`; null for none. */
	templates?: Templates | null;
	/** What `/node_replacements` answers; null for a server without the route, as before 0.14. */
	nodeReplacements?: Record<string, unknown> | null;
	/** The users by ID, as with `--multi-user`. Default: one user. */
	users?: Record<string, string>;
	/** As with `--enable-assets`. `deletesFiles`: what deletes an asset deletes its file too, which 0.33.0 does not. */
	assets?: boolean | 'deletesFiles';
	/** As with `--output-directory`. Before 0.3.10, the list of files is that of another folder then, which is empty. */
	outputDirectory?: string;
	/** ComfyUI-Manager: which route restarts the server, or that its security level forbids it. Default: not installed. */
	manager?: 'POST /v2/manager/reboot' | 'POST /manager/reboot' | 'GET /manager/reboot' | 'forbidden';
	/** Node definitions, merged over the fixture catalogue. Classes without behaviour return nulls. */
	objectInfo?: Record<string, unknown>;
}

type Optional = 'auth' | 'tls' | 'users' | 'manager' | 'outputDirectory';

export type Settings = Required<Omit<LittleComfyUiOptions, Optional>> & Pick<LittleComfyUiOptions, Optional>;

export function withDefaults(options: LittleComfyUiOptions): Settings {
	return {
		port: options.port ?? 0,
		host: options.host ?? '127.0.0.1',
		basePath: (options.basePath ?? '').replace(/\/+$/, ''),
		version: options.version ?? '0.33.0',
		previews: options.previews ?? true,
		clockAheadMs: options.clockAheadMs ?? 0,
		stepMs: options.stepMs ?? 2,
		maxUploadBytes: options.maxUploadBytes ?? 100 * 1024 * 1024,
		auth: options.auth,
		tls: options.tls,
		models: options.models ?? {},
		modelMetadata: options.modelMetadata ?? {},
		templates: options.templates === undefined ? DEFAULT_TEMPLATES : options.templates,
		users: options.users,
		assets: options.assets ?? false,
		manager: options.manager,
		outputDirectory: options.outputDirectory,
		nodeReplacements: options.nodeReplacements ?? null,
		objectInfo: options.objectInfo ?? {},
	};
}
