import { mediaOf } from '../../core/media';
import type { OutputFile } from '../../protocol/outputs';
import type { JobOutcome } from '../../protocol/history';
import type { ExecutionErrorData } from '../../protocol/messages';
import { segment } from '../../transport/address';
import { epochMs } from '../../core/epochMs';
import type { JobStatus, StatusProgress } from '../HostJobs';
import { isRecord } from '../../core/guards';

const ENDS: Record<string, JobOutcome['status']> = {
	succeeded: 'success',
	canceled: 'interrupted',
	cancelled: 'interrupted',
	failed: 'error',
	expired: 'error',
};

/** Keys as nodes use them, for the kinds that the API tells instead. */
const KEYS: Record<string, string> = { image: 'images', file: 'files', latent: 'latents' };

/**
 * What the API tells of a job. A status that nobody has heard of is a job that still runs.
 * @param base in front of the addresses of files
 */
export function toJobStatus(job: unknown, base: string): JobStatus {
	if (!isRecord(job)) return { state: 'absent' };
	const status = String(job.status);
	if (status === 'queued') return { state: 'pending', position: count(job.queue_position) };
	const end = Object.hasOwn(ENDS, status) ? ENDS[status] : undefined;
	if (!end) return { state: 'running', ...toProgress(job.progress) };
	return { state: 'ended', outcome: toOutcome(job, end, base) };
}

/**
 * Whether the API reports a job as expired before its time, as the proxy does for a moment between the end of a job
 * and the storing of its result.
 */
export function isExpiredTooEarly(job: unknown): boolean {
	if (!isRecord(job) || job.status !== 'expired' || isRecord(job.error)) return false;
	return (epochMs(job.expires_at) ?? 0) > Date.now();
}

function toProgress(progress: unknown): StatusProgress {
	if (!isRecord(progress)) return {};
	return {
		fraction: number(progress.value),
		nodeId: text(progress.current_node),
		value: number(progress.step),
		max: number(progress.steps),
		text: text(progress.message),
	};
}

function toOutcome(job: Record<string, unknown>, status: JobOutcome['status'], base: string): JobOutcome {
	const outputs = Array.isArray(job.outputs) ? job.outputs.filter(isRecord) : [];
	return {
		status,
		outputs: {},
		displayNodes: {},
		cachedNodes: [],
		createdAt: epochMs(job.created_at),
		startedAt: epochMs(job.started_at),
		endedAt: epochMs(job.completed_at),
		error: status === 'error' ? errorOf(job) : undefined,
		collected: { files: outputs.flatMap((output) => toFile(output, base) ?? []), texts: [] },
	};
}

/** Outputs are assets: their own address stays, the signed one that comes along ends within minutes. */
function toFile(output: Record<string, unknown>, base: string): OutputFile | undefined {
	const [id, name] = [text(output.id), text(output.name)];
	if (!id || !name) return undefined;
	const parts = name.split(/[\\/]/);
	const filename = parts.pop() || id;
	const known = mediaOf(filename);
	const type = text(output.type) ?? 'file';
	return {
		nodeId: String(output.node_id ?? ''),
		key: Object.hasOwn(KEYS, type) ? KEYS[type] : type,
		filename,
		subfolder: parts.join('/'),
		type: 'output',
		kind: known.kind,
		mimeType: text(output.content_type) ?? known.mimeType,
		url: assetUrl(base, id),
		info: { id, ...(text(output.hash) && { hash: output.hash }), bytes: number(output.size_bytes) },
	};
}

/** Where the bytes of an asset are, for whoever has the API key. */
function assetUrl(base: string, id: string): string {
	return `${base}/api/v2/assets/${segment(id, 'asset ID')}/content`;
}

function errorOf({ error, status }: Record<string, unknown>): ExecutionErrorData {
	if (!isRecord(error)) {
		return status === 'expired'
			? { exception_type: 'expired', exception_message: 'the job was not done before its time was over' }
			: {};
	}
	return {
		node_id: text(error.node_id),
		node_type: text(error.class_type),
		exception_type: text(error.code),
		exception_message: text(error.message),
		traceback: text(error.traceback)?.split('\n'),
	};
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
const count = (value: unknown) => {
	const found = number(value);
	return found === undefined || found < 0 ? undefined : found;
};
