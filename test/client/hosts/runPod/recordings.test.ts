import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Api } from '../../../../nodes/client/hosts/runPod/Api';
import { toJobStatus } from '../../../../nodes/client/hosts/runPod/jobStatus';
import type { JobOutcome } from '../../../../nodes/client/protocol/history';

/**
 * What the handler of worker-comfyui 5.8.5 returned when it ran in front of a simulated ComfyUI, by the kind of job. RunPod moves
 * the member `error` out of `output`, and counts such a job as failed.
 */
const file = path.join(__dirname, '../../../fixtures/runpod/worker-comfyui-5.8.5.json');
const RECORDED = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, unknown>>;

const api = new Api({
	base: 'https://api.runpod.ai/v2/e',
	transport: { send: async () => await Promise.reject(new Error('nothing is sent')) },
	secrets: [],
	idleTimeoutMs: 1,
});

function outcomeOf(kind: string): JobOutcome {
	const { error, ...output } = RECORDED[kind];
	const answer = error === undefined ? { status: 'COMPLETED', output } : { status: 'FAILED', error, output };
	const status = toJobStatus('job-1', answer, api);
	if (status.state !== 'ended') throw new Error('the job has ended');
	return status.outcome;
}

const errorOf = (kind: string) => outcomeOf(kind).explain?.(undefined);

test('a picture is the result', () => {
	const { status, collected, note } = outcomeOf('picture');
	expect([status, note]).toEqual(['success', undefined]);
	expect(collected?.files).toMatchObject([{ filename: 'x_00001_.png', mimeType: 'image/png' }]);
});

test.each(['failed-node', 'failed-node-next-to-a-picture'])('%s is an error of the node', (kind) => {
	expect(outcomeOf(kind).status).toBe('error');
	expect(errorOf(kind)).toMatchObject({ code: 'execution', failure: { nodeId: '5', nodeType: 'TFail' } });
});

test.each(['preview-only', 'text-only'])('%s succeeds, and says that the worker returned nothing', (kind) => {
	const { status, collected, note } = outcomeOf(kind);
	expect([status, collected?.files]).toEqual(['success', []]);
	expect(note).toContain('drops previews, texts');
});

test.each(['missing-bucket', 'unreachable-bucket'])('%s is about the bucket, not about a model', (kind) => {
	const error = errorOf(kind);
	expect([error?.code, error?.hint]).toEqual(['execution', expect.stringContaining('BUCKET_ENDPOINT_URL')]);
	expect(error?.hint).not.toMatch(/model/i);
});

test('a refused workflow names node and input', () => {
	expect(errorOf('refused')).toMatchObject({
		code: 'validation',
		problems: [{ nodeId: '2', input: 'images' }],
	});
});

test('a missing model is named with the input that asks for it', () => {
	expect(errorOf('missing-model')).toMatchObject({
		code: 'validation',
		problems: [{ nodeId: '4', input: 'ckpt_name', received: 'none.safetensors' }],
	});
});

test('a missing node type is named', () => {
	expect(errorOf('unknown-node')?.message).toContain('Nowhere');
});

test.each(['no-comfyui', 'no-workflow'])('%s is an error with the words of the worker', (kind) => {
	expect(errorOf(kind)?.message).toContain(String(RECORDED[kind].error).slice(0, 20));
});
