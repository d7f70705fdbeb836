import { fromBase64 } from '../../core/base64';
import type { ApiWorkflow } from '../../core/ApiWorkflow';
import { isRecord } from '../../core/guards';
import type { AbortOptions } from '../../core/time';
import type { Api } from '../../transport/Api';
import { readEventStream } from '../../transport/eventStream';
import { readText } from '../../transport/readText';
import type { JobListener, StreamEnd } from '../HostJobs';
import { safeParse } from '../requests';
import { isEnd, toJobStatus, toProgress } from './jobStatus';

/** The service sends a comment every 15 s. */
const STREAM_IDLE_MS = 45_000;
/** Statuses of services that have no stream: the contract names 501. */
const NO_STREAM = new Set([200, 404, 405, 501]);

/**
 * Reports the events of a job: `status`, `progress` and `preview`. The stream has only what happens from now on, after the
 * current state, and is never the authority on how a job ended.
 * @param workflow of the job, as far as it is known
 * @throws HttpError 429 when the service has too many streams open
 */
export async function followEvents(
	api: Api,
	path: string,
	workflow: ApiWorkflow | undefined,
	listener: JobListener,
	{ signal }: AbortOptions = {},
): Promise<StreamEnd> {
	const headers = { accept: 'text/event-stream' };
	const response = await api.open({ path, headers, idleTimeoutMs: STREAM_IDLE_MS, signal });
	if (response.status !== 200 || !response.headers['content-type']?.includes('text/event-stream')) {
		const text = await readText(response.body, 4096, true);
		if (NO_STREAM.has(response.status)) return 'unsupported';
		throw api.toError({ ...response, text }, path);
	}
	for await (const { event, data } of readEventStream(response.body)) {
		if (signal?.aborted) break;
		const facts = safeParse(api.redact(data));
		if (!isRecord(facts)) continue;
		if (event === 'preview') showPreview(facts, listener);
		if (event === 'progress')
			listener.onStatus({ state: 'running', workflow, ...toProgress(facts, workflow) });
		if (event !== 'status') continue;
		if (isEnd(facts.status)) {
			listener.onEnd();
			return 'ended';
		}
		listener.onStatus(toJobStatus(facts, api.base, workflow));
	}
	return 'cut';
}

function showPreview({ data_base64, content_type }: Record<string, unknown>, listener: JobListener): void {
	const data = typeof data_base64 === 'string' ? fromBase64(data_base64) : undefined;
	const mimeType = typeof content_type === 'string' ? content_type : 'image/jpeg';
	if (data && data.length > 0) listener.onPreview({ data, mimeType });
}
