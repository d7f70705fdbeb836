import { mediaOf } from '../../core/media';
import type { OutputFile } from '../../protocol/outputs';
import type { JobOutcome } from '../../protocol/history';
import type { ExecutionErrorData } from '../../protocol/messages';
import { segment } from '../../transport/address';
import { epochMs } from '../../core/epochMs';
import type { JobStatus, StatusProgress } from '../HostJobs';
import { isLink, type ApiWorkflow } from '../../core/ApiWorkflow';
import { isRecord } from '../../core/guards';
import { listed, tidy } from '../../core/text';

const ENDS: Record<string, JobOutcome['status']> = {
	succeeded: 'success',
	canceled: 'interrupted',
	cancelled: 'interrupted',
	failed: 'error',
	expired: 'error',
};

/** The output keys of nodes, for the kinds that the API returns instead. */
const KEYS: Record<string, string> = { image: 'images', file: 'files', latent: 'latents' };

/** Nodes whose files are previews: the API lists them like any other file. */
const PREVIEW_NODE = /preview|comparer/i;

/**
 * The status of a job. An unknown status counts as running.
 * @param base the base of file URLs
 * @param workflow that was sent, as far as it is known
 */
export function toJobStatus(job: unknown, base: string, workflow?: ApiWorkflow): JobStatus {
	if (!isRecord(job)) return { state: 'absent' };
	const status = String(job.status);
	if (status === 'queued') return { state: 'pending', position: count(job.queue_position) };
	const end = Object.hasOwn(ENDS, status) ? ENDS[status] : undefined;
	if (!end) return { state: 'running', workflow, ...toProgress(job.progress, workflow) };
	if (isExpiredTooEarly(job)) return { state: 'absent', forgotten: true };
	return { state: 'ended', outcome: toOutcome(job, end, base, workflow) };
}

/** Whether a status is an end of a job. */
export const isEnd = (status: unknown) => Object.hasOwn(ENDS, String(status));

/**
 * Whether the API reports a job as expired before its time. The proxy does so for a moment between the end of a job and
 * the storing of its result, and for good when ComfyUI was restarted or the job was deleted from its queue.
 */
export function isExpiredTooEarly(job: unknown): boolean {
	if (!isRecord(job) || job.status !== 'expired' || isRecord(job.error)) return false;
	return (epochMs(job.expires_at) ?? 0) > Date.now();
}

/**
 * Progress in an answer or an event. The proxy counts only the nodes that have begun, so the fraction is scaled to all
 * nodes of the workflow; when it has counted none, its value is not a share of the job.
 */
export function toProgress(progress: unknown, workflow?: ApiWorkflow): StatusProgress {
	if (!isRecord(progress)) return {};
	const [fraction, counted] = [number(progress.value), number(progress.nodes_total) ?? 0];
	const nodes = Object.keys(workflow ?? {}).length;
	const share = counted < nodes ? counted / nodes : 1;
	return {
		fraction: fraction === undefined || counted === 0 ? undefined : fraction * share,
		nodeId: text(progress.current_node),
		value: number(progress.step),
		max: number(progress.steps),
		text: text(progress.message),
	};
}

function toOutcome(
	job: Record<string, unknown>,
	status: JobOutcome['status'],
	base: string,
	workflow: ApiWorkflow | undefined,
): JobOutcome {
	const outputs = Array.isArray(job.outputs) ? job.outputs.filter(isRecord) : [];
	return {
		status,
		outputs: {},
		displayNodes: {},
		cachedNodes: [],
		workflow,
		...timesOf(job),
		error: status === 'error' ? errorOf(job) : undefined,
		collected: { files: outputs.flatMap((output) => toFile(output, base, workflow) ?? []), texts: [] },
		note: status === 'success' && outputs.length === 0 ? noOutputs(workflow) : undefined,
	};
}

/** Times of the job; `metrics` has durations, which are used where a time is missing. */
export function timesOf({
	created_at,
	started_at,
	completed_at,
	metrics,
}: Record<string, unknown>): Pick<JobOutcome, 'createdAt' | 'startedAt' | 'endedAt'> {
	const { queue_ms, execution_ms } = isRecord(metrics) ? metrics : {};
	const after = (time: number | undefined, ms: unknown) =>
		time === undefined || count(ms) === undefined ? undefined : time + (ms as number);
	const createdAt = epochMs(created_at);
	const startedAt = epochMs(started_at) ?? after(createdAt, queue_ms);
	return { createdAt, startedAt, endedAt: epochMs(completed_at) ?? after(startedAt, execution_ms) };
}

/** A remark on a job that succeeded without outputs, which names the nodes at the end of its workflow. */
function noOutputs(workflow: ApiWorkflow | undefined): string {
	const nodes = Object.values(workflow ?? {});
	const sources = new Set(
		nodes.flatMap(({ inputs }) =>
			Object.values(inputs).flatMap((value) => (isLink(value) ? [value[0]] : [])),
		),
	);
	const ends = Object.entries(workflow ?? {}).filter(([id]) => !sources.has(id));
	const classes = listed(
		ends.map(([id, { class_type }]) => `${tidy(class_type, 60)} (node ${tidy(id, 40)})`),
		5,
	);
	return `The API listed no outputs of this job. The proxy in front of a self-hosted ComfyUI returns pictures, videos, sounds, latents and files, but drops texts, 3D models and other outputs of nodes.${classes ? ` The workflow ends in ${classes}.` : ''} Use the ComfyUI behind the proxy directly ("Self-Hosted") for such outputs.`;
}

/** Outputs are assets: their own URL is permanent, the signed URL in the answer ends within minutes. */
function toFile(
	output: Record<string, unknown>,
	base: string,
	workflow: ApiWorkflow | undefined,
): OutputFile | undefined {
	const [id, name] = [text(output.id), text(output.name)];
	if (!id || !name) return undefined;
	const parts = name.split(/[\\/]/);
	const filename = parts.pop() || id;
	const known = mediaOf(filename);
	const type = text(output.type) ?? 'file';
	const nodeId = String(output.node_id ?? '');
	const bytes = number(output.size_bytes) || undefined; // the proxy reports 0 for every file
	const nodeType = workflow && Object.hasOwn(workflow, nodeId) ? workflow[nodeId].class_type : '';
	return {
		nodeId,
		key: Object.hasOwn(KEYS, type) ? KEYS[type] : type,
		filename,
		subfolder: parts.join('/'),
		type: PREVIEW_NODE.test(nodeType) ? 'temp' : 'output',
		kind: known.kind,
		mimeType: text(output.content_type) ?? known.mimeType,
		url: assetUrl(base, id),
		info: { id, ...(text(output.hash) && { hash: output.hash }), ...(bytes !== undefined && { bytes }) },
	};
}

/** The URL of the bytes of an asset; needs the API key. */
function assetUrl(base: string, id: string): string {
	return `${base}/api/v2/assets/${segment(id, 'asset ID')}/content`;
}

function errorOf({ error, status }: Record<string, unknown>): ExecutionErrorData {
	if (!isRecord(error)) {
		return status === 'expired'
			? { exception_type: 'expired', exception_message: 'the job did not end within its time limit' }
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
