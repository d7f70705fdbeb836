import type { IDataObject } from 'n8n-workflow';
import { InvalidInputError, NotSupportedError } from '../../client/core/errors';
import { isRecord } from '../../client/core/guards';
import { now } from '../../client/core/time';
import type { SystemStats } from '../../client/hosts/ServerApi';
import { notIdle, waitUntilIdle } from '../../client/jobs/waitUntilIdle';
import { parseHistoryEntry } from '../../client/protocol/history';
import type { OperationContext } from '../../shared/operations/OperationContext';
import { readSeconds } from '../../shared/readSeconds';
import { toJson, type Scope } from './resultRows';

/** One flat item: version, queue, idle time and memory of the first GPU. */
export async function getStatus(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const [stats, queue] = await Promise.all([client.getSystemStats({ signal }), client.getQueue({ signal })]);
	const running = queue.find(({ state }) => state === 'running');
	const pending = queue.filter(({ state }) => state === 'pending').length;
	return [
		toJson({
			server: client.host.base,
			version: stats.system.comfyui_version,
			running: queue.length - pending,
			pending,
			queueLength: queue.length,
			runningPromptId: running?.promptId,
			idle: queue.length === 0,
			idleSeconds: queue.length === 0 ? await idleSeconds(operation) : 0,
			...memoryOf(stats),
		}),
	];
}

/** Since the last job ended, by the clocks of server and n8n; null when the history is empty. */
async function idleSeconds({ client, signal }: OperationContext): Promise<number | null> {
	const [last] = Object.values(await client.getHistory({ maxItems: 1, signal }));
	const endedAt = parseHistoryEntry(last)?.endedAt;
	return endedAt === undefined ? null : Math.max(0, Math.round((Date.now() - endedAt) / 1000));
}

function memoryOf({ system, devices }: SystemStats) {
	const [device]: Array<SystemStats['devices'][number] | undefined> = Array.isArray(devices) ? devices : [];
	const { vram_total: total, vram_free: free } = device ?? {};
	const isKnown = typeof total === 'number' && typeof free === 'number' && total > 0;
	return {
		device: device?.name,
		deviceType: device?.type,
		vramTotal: total,
		vramFree: free,
		vramFreePercent: isKnown ? Math.round((free / total) * 1000) / 10 : null,
		ramTotal: system.ram_total,
		ramFree: system.ram_free,
	};
}

/**
 * Unloads models or empties the caches. Only Mine waits for an idle server, because the next job of another client would
 * have to load its models again. The server acts before its next job.
 */
export async function freeMemory(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const scope = operation.parameter('scope', 'mine') as Scope;
	const what = String(operation.parameter('free', 'models'));
	const timeoutMs = readSeconds((operation.options as IDataObject).timeout ?? 3600, 'Timeout (Seconds)');
	const idle = scope === 'mine' ? await waitUntilIdle(client, { timeoutMs, signal }) : undefined;
	if (idle && !idle.idle) throw notIdle(idle, timeoutMs);
	const before = memoryOf(await client.getSystemStats({ signal }));
	await client.free({ unloadModels: true, freeMemory: what === 'everything', signal });
	const after = memoryOf(await client.getSystemStats({ signal }));
	return [
		toJson({
			requested: what,
			scope,
			waitedSeconds: (idle?.waitedMs ?? 0) / 1000,
			vramFreeBefore: before.vramFree,
			vramFreeAfter: after.vramFree,
			ramFreeBefore: before.ramFree,
			ramFreeAfter: after.ramFree,
		}),
	];
}

/** Stops the running job if it is one of this n8n, or whosever it is. */
export async function interruptRunning(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const scope = operation.parameter('scope', 'mine') as Scope;
	const queue = await client.admin.storedQueue({ signal });
	const running = queue.find(({ state }) => state === 'running');
	const nobody = { interrupted: false, promptId: null, isMine: null, clientId: null, scope };
	if (!running) return [{ ...nobody, reason: 'No job runs.' }];
	const { promptId, clientId = null } = running;
	const isMine = operation.isOfThisN8n(running);
	const facts = { promptId, isMine, clientId, scope };
	if (!isMine && scope !== 'everybody')
		return [{ ...facts, interrupted: false, reason: 'The job belongs to another client.' }];
	const result = await client.cancel(promptId, { signal }); // by its ID, so that it cannot stop the next job
	const interrupted = result !== 'nothing';
	return [{ ...facts, interrupted, reason: interrupted ? null : 'The job had just ended.' }];
}

const LEVELS: Record<string, string[]> = {
	errors: ['ERROR', 'CRITICAL'],
	warnings: ['WARNING', 'ERROR', 'CRITICAL'],
};

/** One row for each line, the oldest first; with a limit the latest ones. */
export async function getLogs(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const lines = await client.admin.logs({ signal });
	const levels = LEVELS[String(operation.parameter('level', 'all'))];
	if (levels && lines.length > 0 && lines.every(({ level }) => level === undefined)) {
		const { system } = await client.getSystemStats({ signal });
		throw new NotSupportedError(
			`ComfyUI ${client.host.clean(String(system.comfyui_version ?? ''), 20)} writes no levels in its log.`,
			'Update ComfyUI to 0.25.0 or later, or choose the level "All".',
		);
	}
	const wanted = lines.filter(({ level }) => !levels || (level !== undefined && levels.includes(level)));
	const max = operation.max();
	return wanted
		.slice(Math.max(0, wanted.length - max))
		.map(({ time, level, text }) => toJson({ time, level, text }));
}

/** Restarts the server, which loses its queue and its history. */
export async function restartServer(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const scope = operation.parameter('scope', 'mine') as Scope;
	const timeoutMs = readSeconds((operation.options as IDataObject).timeout ?? 300, 'Timeout (Seconds)');
	const queue = await client.admin.storedQueue({ signal });
	const others = queue.filter((job) => !operation.isOfThisN8n(job));
	if (scope !== 'everybody' && others.length > 0) {
		throw new InvalidInputError(
			`A restart would lose ${others.length === 1 ? 'a job' : `${others.length} jobs`} of other clients.`,
			'Use Wait Until Idle first, or choose the scope "Everybody\'s".',
		);
	}
	const start = now();
	await client.admin.restart({ timeoutMs, signal });
	const { system } = await client.getSystemStats({ signal });
	return [
		toJson({
			restarted: true,
			seconds: Math.round((now() - start) / 100) / 10,
			version: isRecord(system) ? system.comfyui_version : null,
			lostJobs: queue.map((job) => ({ promptId: job.promptId, isMine: operation.isOfThisN8n(job) })),
			scope,
		}),
	];
}
