import { asError, ConnectionError, NotSupportedError } from '../../core/errors';
import { delay, now } from '../../core/time';
import type { Api } from '../../transport/Api';
import { post } from '../requests';
import type { RestartOptions } from '../ServerAdmin';

/** The extension ComfyUI-Manager restarts the server. The routes of its versions, the newest first. */
const REBOOTS = [
	{ method: 'POST', path: '/api/v2/manager/reboot' },
	{ method: 'POST', path: '/api/manager/reboot' },
	{ method: 'GET', path: '/api/v2/manager/reboot' },
	{ method: 'GET', path: '/api/manager/reboot' },
] as const;

const TIMEOUT_MS = 300_000;
const PAUSE_MS = 500;
/** A server that answered the request and still answers after this time does not restart. */
const DOWN_WITHIN_MS = 30_000;

/** Restarts the server and waits until it answers again. @see ServerAdmin.restart */
export async function restart(
	api: Api,
	{ timeoutMs = TIMEOUT_MS, signal }: RestartOptions = {},
): Promise<void> {
	// A server that cannot be reached now does not restart: its error is thrown.
	await api.json({ path: '/api/system_stats', signal });
	const start = now();
	let wasDown = await requestRestart(api, { signal });
	for (;;) {
		if (now() - start > timeoutMs) throw notBack(api.base, timeoutMs);
		if (!wasDown && now() - start > DOWN_WITHIN_MS) throw notDown(api.base);
		await delay(PAUSE_MS, { signal });
		const answers = await isUp(api, { signal });
		if (answers && wasDown) return;
		wasDown ||= !answers;
	}
}

/** @returns whether the connection broke: the process that would answer has ended */
async function requestRestart(api: Api, { signal }: RestartOptions): Promise<boolean> {
	for (const { method, path } of REBOOTS) {
		const request = method === 'POST' ? post(path, {}, { signal }) : { method, path, signal };
		try {
			const response = await api.text(request);
			if (response.status === 404 || response.status === 405) continue;
			if (response.status === 403) throw forbidden(api.base);
			api.assertOk(response, path);
			return false;
		} catch (error) {
			if (error instanceof ConnectionError && error.reason === 'reset') return true;
			throw asError(error);
		}
	}
	throw new NotSupportedError(
		`The ComfyUI at ${api.base} cannot restart itself: it does not have the extension ComfyUI-Manager.`,
		'Install ComfyUI-Manager (start newer versions of ComfyUI with --enable-manager), or restart the server by other means.',
	);
}

/** Errors of proxies (502, 503) count as down. */
async function isUp(api: Api, { signal }: RestartOptions): Promise<boolean> {
	try {
		const { status } = await api.text({ path: '/api/system_stats', signal });
		return status === 200;
	} catch (error) {
		if (error instanceof ConnectionError) return false;
		throw asError(error);
	}
}

const forbidden = (base: string) =>
	new NotSupportedError(
		`ComfyUI-Manager at ${base} does not allow a restart at its security level (403).`,
		'Set security_level to "normal" or lower in the config.ini of ComfyUI-Manager.',
	);

const notDown = (base: string) =>
	new NotSupportedError(
		`ComfyUI-Manager at ${base} took the request, but the server did not restart.`,
		'Look into the log of the server.',
	);

const notBack = (base: string, timeoutMs: number) =>
	new ConnectionError(
		`The ComfyUI at ${base} did not answer again within ${Math.round(timeoutMs / 1000)} seconds after its restart.`,
		'timeout',
		'Look at the log of the server: a custom node may fail to load. Servers with many custom nodes need more time.',
	);
