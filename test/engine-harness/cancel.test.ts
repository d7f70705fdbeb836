import { EventEmitter, once } from 'node:events';
import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { Engine } from '../support/engine';
import { nodeOf } from './support/nodeOf';
import { serve } from './support/serve';

/** All but `setTimeout`. */
const OTHER_TIMERS = [
	'Date',
	'hrtime',
	'nextTick',
	'performance',
	'queueMicrotask',
	'setImmediate',
	'clearImmediate',
	'setInterval',
	'clearInterval',
] as const satisfies FakeableAPI[];

const seen: string[] = [];
const events = new EventEmitter();

async function untilCancelled(context: IExecuteFunctions): Promise<void> {
	const signal = context.getExecutionCancelSignal();
	context.onExecutionCancellation(() => seen.push('handler'));
	events.emit('begun');
	if (!signal?.aborted) await once(signal!, 'abort');
	seen.push((signal?.reason as Error).name);
}

const patient = nodeOf(async function () {
	await untilCancelled(this);
	return [[{ json: { woken: true } }]];
});

const complaining = nodeOf(async function () {
	await untilCancelled(this);
	throw new NodeOperationError(this.getNode(), 'The job was stopped');
});

let server: Awaited<ReturnType<typeof serve>>;
const requesting = nodeOf(async function () {
	await this.helpers.httpRequest({ url: server.url, abortSignal: this.getExecutionCancelSignal() });
	return [[]];
});

let engine: Engine;
beforeAll(async () => {
	server = await serve(() => events.emit('begun'));
	engine = await Engine.start({
		nodeTypes: { 'probe.patient': patient, 'probe.complaining': complaining, 'probe.requesting': requesting },
		credentialTypes: {},
	});
});
afterAll(async () => {
	await engine.stop();
	await server.close();
});
beforeEach(() => seen.splice(0));

const workflow = (type: string) => ({
	nodes: [
		{ name: 'Wait', type },
		{ name: 'After', type: 'test.noOp' },
	],
});

async function cancelled(type: string) {
	const begun = once(events, 'begun');
	const { run, cancel } = engine.launch(workflow(type));
	await begun;
	cancel();
	return await run;
}

test('fires the signal and the handlers, and starts no further node', async () => {
	const run = await cancelled('probe.patient');
	expect(run.status).toBe('canceled');
	expect(run.error?.message).toBe('The execution was cancelled manually');
	expect(seen.sort()).toEqual(['AbortError', 'handler']);
	expect(run.items('After')).toEqual([]);
});

test('aborts a request', async () => {
	const run = await cancelled('probe.requesting');
	expect(run.status).toBe('canceled');
	expect(run.error?.message).toContain('canceled');
});

test('calls it an error when the node throws one of its own', async () => {
	const run = await cancelled('probe.complaining');
	expect(run.status).toBe('error');
	expect(run.error?.message).toBe('The job was stopped');
});

test('can be cancelled before it has begun', async () => {
	const { run, cancel } = engine.launch(workflow('probe.patient'));
	cancel();
	expect((await run).status).toBe('canceled');
});

test('cancels when the time of the workflow is over', async () => {
	const begun = once(events, 'begun');
	jest.useFakeTimers({ doNotFake: OTHER_TIMERS });
	const { run } = engine.launch({ ...workflow('probe.patient'), timeoutMs: 60_000 });
	await begun;
	jest.advanceTimersByTime(60_000);
	jest.useRealTimers();
	expect((await run).status).toBe('canceled');
	expect(seen).toContain('handler');
});

test('cancels what runs when the engine stops', async () => {
	const begun = once(events, 'begun');
	const { run } = engine.launch(workflow('probe.patient'));
	await begun;
	await engine.stop();
	expect((await run).status).toBe('canceled');
	engine = await Engine.start({ nodeTypes: {}, credentialTypes: {} });
});
