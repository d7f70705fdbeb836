import { isRecord } from '../../core/guards';
import { UnexpectedResponseError } from '../../core/errors';
import { tidy } from '../../core/text';
import { joinUrl } from '../../transport/address';
import type { ApiOptions } from '../../transport/Api';
import { EventChannel } from '../../transport/EventChannel';
import type { OpenSocket, SocketOptions } from '../../transport/socket';
import { capabilities } from '../capabilities';
import type { Host } from '../Host';
import type { ServerApi } from '../ServerApi';
import { ObjectInfoCache } from '../ObjectInfoCache';
import { createAdmin } from './administration';
import { Files } from './Files';
import { selfHostedWatcher } from './watcher';
import { Jobs } from './Jobs';
import { SelfHostedApi } from './SelfHostedApi';
import { createServer } from './Server';

/** Connection to a self-hosted server. */
interface SelfHostedOptions extends ApiOptions {
	/** Server and credentials, the key of the object info cache; never shown. */
	identity: string;
	/** Query parameters of every request, also of the WebSocket upgrade. */
	query: Record<string, string>;
	socket: SocketOptions;
	openSocket: OpenSocket;
	/** Comfy.org key for partner nodes; travels inside the job. */
	partnerApiKey?: string;
}

/** A host that gives access to its server. */
export type SelfHosted = Host &
	Required<Pick<Host, 'admin' | 'watcher' | 'openEvents'>> & { readonly server: ServerApi };

/** A ComfyUI server that is reached directly, on one's own machine or a rented one. */
export function createSelfHosted(options: SelfHostedOptions): SelfHosted {
	const { base, query, openSocket, socket, transport } = options;
	const api = new SelfHostedApi(options);
	const jobs = new Jobs(api, options.partnerApiKey);
	const server = createServer(api, new ObjectInfoCache(api, options.identity), jobs);
	return {
		name: 'ComfyUI',
		base,
		capabilities: capabilities.selfHosted,
		jobs,
		watcher: selfHostedWatcher(api, jobs),
		files: new Files(api),
		server,
		admin: createAdmin(api, jobs, server),

		async verify({ signal } = {}) {
			const stats: unknown = await server.systemStats({ signal });
			const { system, devices } = isRecord(stats) ? stats : {};
			if (!isRecord(system) || !Array.isArray(devices)) throw notComfyUi(base);
			const version = typeof system.comfyui_version === 'string' ? ` ${system.comfyui_version}` : '';
			const [first] = devices as Array<{ name?: unknown } | null>;
			const device = typeof first?.name === 'string' ? ` on ${tidy(first.name, 80)}` : '';
			return `Connected to ComfyUI${version}${device}.`;
		},

		openEvents(clientId, listener) {
			const url = joinUrl(base.replace(/^http/, 'ws'), '/ws', { ...query, clientId });
			return new EventChannel(url, openSocket, socket, listener);
		},

		clean: (text, max) => api.clean(text, max),
		close: async () => await transport.close?.(),
	};
}

function notComfyUi(base: string): UnexpectedResponseError {
	return new UnexpectedResponseError(
		`Something answers at ${base}, but it is not a ComfyUI.`,
		200,
		'Enter the address that opens the ComfyUI editor in a browser.',
	);
}
