import { asError, NotSupportedError } from '../../core/errors';
import { isRecord } from '../../core/guards';
import { Api, type ApiRequest } from '../../transport/Api';
import { isBefore, OLDEST_SUPPORTED } from './version';

/**
 * Paths that every supported server answers, whatever it is asked. `/api` came in June 2024, `/models` with 0.2.3,
 * `/internal` in August 2024; newer servers have no `/internal/files`, and are asked for it only when they are old.
 * `/api/view` and `/api/models/{folder}` are not among them: 404 also means that there is no such file or folder.
 */
const ALWAYS_THERE =
	/^\/(?:internal\/(?:logs|files)|api\/(?:system_stats|prompt|queue|interrupt|embeddings|models|upload\/(?:image|mask)|(?:object_info|history)(?:\/.*)?))$/;

/** Requests to a self-hosted server. When a server is too old to have a route, the error says so. */
export class SelfHostedApi extends Api {
	/** @throws NotSupportedError when the route is missing because the server is older than {@link OLDEST_SUPPORTED} */
	override async text(request: ApiRequest) {
		const response = await super.text(request);
		// Servers answer 404 to an unknown GET, and 405 to an unknown POST.
		const missing = response.status === 404 || response.status === 405;
		if (missing && ALWAYS_THERE.test(request.path)) await this.assertNewEnough(request);
		return response;
	}

	/** Asks under the path that servers of every age have. Without an answer from a ComfyUI, the address is wrong. */
	private async assertNewEnough({ path, signal }: ApiRequest): Promise<void> {
		const stats = await this.systemStats({ signal });
		if (!isRecord(stats?.system) || !Array.isArray(stats.devices)) return;
		const { comfyui_version: version } = stats.system;
		// A newer server has the route: what is in front of it keeps the path away.
		if (typeof version === 'string' && !isBefore(version, OLDEST_SUPPORTED)) return;
		const known = typeof version === 'string' ? ` ${this.clean(version, 20)}` : '';
		throw new NotSupportedError(
			`The ComfyUI${known} at ${this.base} is too old: it has no ${path}.`,
			`Update ComfyUI to ${OLDEST_SUPPORTED} or later.`,
		);
	}

	private async systemStats({
		signal,
	}: Pick<ApiRequest, 'signal'>): Promise<Record<string, unknown> | undefined> {
		try {
			const { text, status } = await super.text({ path: '/system_stats', signal });
			const stats = this.parse({ text, status, headers: {} }, '/system_stats');
			return status === 200 && isRecord(stats) ? stats : undefined;
		} catch (error) {
			if (signal?.aborted) throw asError(error);
			return undefined; // the answer to the first request says what is wrong
		}
	}
}
