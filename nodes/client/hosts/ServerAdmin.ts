import type { AbortOptions } from '../core/time';
import type { StoredJob } from '../protocol/storedJob';
import type { ListedJob } from './ServiceApi';

/** A line of the server's log. */
export interface LogLine {
	/** Clock of the server without a time zone, such as `2026-11-29T06:36:06.484`; undefined where the server does not say. */
	time?: string;
	/** `DEBUG`, `INFO`, `WARNING`, `ERROR`, `CRITICAL`; undefined on versions that write no levels (0.3.10 to 0.6.0 and some after). */
	level?: string;
	text: string;
}

/** A folder of the server. */
export type ServerFolder = 'input' | 'output' | 'temp';

/** The users of a server. */
export interface ServerUsers {
	/** The server was started with `--multi-user`: requests for user files need the ID of a user. */
	multiUser: boolean;
	users: Array<{ id: string; name: string }>;
}

/** A file in one of the folders of the server. Only some versions report more than the name. */
export interface ServerFile {
	name: string;
	/** Folder below the one of the type; empty for none. */
	subfolder: string;
	type: ServerFolder;
	/** Bytes. */
	size?: number;
	mimeType?: string;
	/** Epoch ms. */
	createdAt?: number;
	/** The ID of the asset, on servers that keep a list of assets. */
	assetId?: string;
}

/** A model file. Size and times since 0.3.64 or some version before it. */
export interface ModelFile {
	name: string;
	folder: string;
	/** Bytes. */
	size?: number;
	/** Epoch ms. */
	modifiedAt?: number;
	createdAt?: number;
}

/** A job in the list of the server. */
export interface ServerJob extends ListedJob {
	/** `pending`, `running`, `completed`, `failed`, `cancelled`. */
	status: string;
	/** The editor's ID of the workflow. */
	workflowId?: string;
	/** Files that the job made; undefined where the list does not say. */
	outputsCount?: number;
}

/** Which jobs to list. */
export interface ServerJobListOptions extends AbortOptions {
	status?: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';
	/** Only jobs of this workflow: the editor's ID. */
	workflowId?: string;
	max: number;
}

/** How long to wait for a server that restarts. */
export interface RestartOptions extends AbortOptions {
	/** Default 300,000 ms. */
	timeoutMs?: number;
}

/** What administers a ComfyUI server; absent on hosts that hide their servers. */
export interface ServerAdmin {
	/** The latest lines of the log (the server keeps 300 entries), oldest first. */
	logs(options?: AbortOptions): Promise<LogLine[]>;
	users(options?: AbortOptions): Promise<ServerUsers>;
	/**
	 * Writes a file of the user's data folder.
	 * @param path such as `workflows/portrait.json`
	 * @throws InvalidInputError when the file exists and `overwrite` is not set
	 */
	writeUserFile(path: string, text: string, options?: AbortOptions & { overwrite?: boolean }): Promise<void>;
	/** @throws NotFoundError */
	deleteUserFile(path: string, options?: AbortOptions): Promise<void>;
	/** Jobs of all clients, newest first. */
	listJobs(options: ServerJobListOptions): Promise<ServerJob[]>;
	/** Running and pending jobs with all that was submitted, in the order in which they run. Can be megabytes. */
	storedQueue(options?: AbortOptions): Promise<StoredJob[]>;
	/**
	 * Ended jobs with all that was submitted, newest first, in pages: a history has up to 10,000 entries.
	 * @returns the IDs of all ended jobs that the condition is true for
	 */
	findEnded(condition: (job: StoredJob) => boolean, options?: AbortOptions): Promise<string[]>;
	/** A job that is queued, runs or has ended; undefined when the server does not know it. */
	storedJob(promptId: string, options?: AbortOptions): Promise<StoredJob | undefined>;
	/**
	 * Removes pending jobs, and no job that runs.
	 * @returns the IDs of those that were removed; the others run or have ended
	 */
	removePending(promptIds: string[], options?: AbortOptions): Promise<string[]>;
	/** Files of one folder, newest first. Servers without a list of assets do not list subfolders since 0.3.64 or some version before it. */
	listFiles(type: ServerFolder, options?: AbortOptions): Promise<ServerFile[]>;
	/**
	 * Deletes an asset. ComfyUI 0.33 takes it off its list and keeps the file on the disk.
	 * @returns whether the file is gone
	 * @throws NotSupportedError without a list of assets, InvalidInputError for an asset that is a model, NotFoundError
	 */
	deleteAsset(assetId: string, options?: AbortOptions): Promise<{ file: ServerFile; fileDeleted: boolean }>;
	/** @throws NotFoundError for an unknown folder */
	modelFiles(folder: string, options?: AbortOptions): Promise<ModelFile[]>;
	/**
	 * Restarts the server through the extension ComfyUI-Manager, and waits until it answers again. Its queue and history
	 * are lost.
	 * @throws NotSupportedError without the extension, or when its security level forbids a restart
	 * @throws ConnectionError when the server does not come back in time
	 */
	restart(options?: RestartOptions): Promise<void>;
}
