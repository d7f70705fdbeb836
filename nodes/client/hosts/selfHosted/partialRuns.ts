import { NotSupportedError } from '../../core/errors';
import type { ServerApi } from '../ServerApi';

const SINCE = '0.3.48';

/**
 * Older servers overlook which output nodes are wanted and run all of them.
 * @throws NotSupportedError for such a server; one that does not tell its version is taken for a newer one
 */
export async function assertPartialRuns(server: ServerApi, signal?: AbortSignal): Promise<void> {
	const { system } = await server.systemStats(signal);
	const version: unknown = system?.comfyui_version;
	if (typeof version !== 'string' || !isBefore(version, SINCE)) return;
	throw new NotSupportedError(
		`ComfyUI ${version.slice(0, 20)} cannot run only some of the output nodes: it would run all of them.`,
		`Update ComfyUI to ${SINCE} or later, or leave "Output Nodes to Run" empty.`,
	);
}

function isBefore(version: string, wanted: string): boolean {
	const [have, want] = [version, wanted].map((text) =>
		text
			.replace(/^v/, '')
			.split('.')
			.map((part) => parseInt(part, 10) || 0),
	);
	const index = want.findIndex((part, place) => (have[place] ?? 0) !== part);
	return index >= 0 && (have[index] ?? 0) < want[index];
}
