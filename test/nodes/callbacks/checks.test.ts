import type { Engine } from '../../support/engine';
import { startWaitingEngine } from './support/engine';
import { GatedRunPod } from './support/GatedRunPod';

jest.mock('../../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../../client/support/fastDelay')>('../../client/support/fastDelay')
		.fastDelay(),
);

let engine: Engine;
let runPod: GatedRunPod;
beforeAll(async () => {
	engine = await startWaitingEngine();
});
beforeEach(async () => {
	runPod = await GatedRunPod.start(engine);
});
afterEach(async () => await runPod.stop());
afterAll(async () => await engine.stop());

const changed = (url: URL, name: string, value: string | null) => {
	const other = new URL(url);
	if (value === null) other.searchParams.delete(name);
	else other.searchParams.set(name, value);
	return other;
};

test('a call with the right secret and run of an ended job resumes; every other is refused', async () => {
	const waiting = await runPod.run([runPod.queue(), runPod.wait()]);
	const url = runPod.address();
	const { id } = runPod.jobs[0];
	const secret = url.searchParams.get('secret')!;
	const wrongSecret = `${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`;
	await runPod.end();
	for (const wrong of [wrongSecret, secret.slice(1), '', null]) {
		expect(await runPod.call(changed(url, 'secret', wrong))).toBe(401);
	}
	expect(await runPod.call(changed(url, 'ticket', 'another'))).toBe(401);
	expect(await runPod.call(changed(url, 'ticket', null))).toBe(401);
	expect(await runPod.call(changed(url, 'signature', 'another'))).toBe(401);
	for (const body of [{ id: `${id}x` }, { id: [id] }, { status: 'COMPLETED' }, [], null, 'text', 7]) {
		expect(await runPod.call(url, body)).toBe(404);
	}
	expect((await fetch(url, { method: 'POST' })).status).toBe(404);
	expect((await fetch(url, { method: 'POST', body: '{"id"' })).status).toBe(404);
	const resumed = engine.resumed(waiting);
	expect(await runPod.call(url, { id })).toBe(200);
	expect((await resumed).items('Wait')[0].json).toMatchObject({ promptId: id, status: 'success' });
});

test('an address is good for its execution alone', async () => {
	await runPod.run([runPod.queue(), runPod.wait()]);
	const other = await runPod.run([runPod.queue(), runPod.wait()]);
	const [url, otherUrl] = [runPod.address(0), runPod.address(1)];
	const mixed = new URL(otherUrl);
	for (const name of ['ticket', 'secret']) mixed.searchParams.set(name, url.searchParams.get(name)!);
	await runPod.end(0);
	await runPod.end(1);
	expect(await runPod.call(mixed, { id: runPod.jobs[1].id })).toBe(401);
	const resumed = engine.resumed(other);
	expect(await runPod.call(otherUrl, { id: runPod.jobs[1].id })).toBe(200);
	expect((await resumed).status).toBe('success');
});

test('a call for a job that has not ended changes nothing', async () => {
	const waiting = await runPod.run([runPod.queue(), runPod.wait()]);
	expect(await runPod.call(runPod.address())).toBe(503);
	await runPod.end();
	const resumed = engine.resumed(waiting);
	expect(await runPod.call(runPod.address())).toBe(200);
	expect((await resumed).status).toBe('success');
});

test('a host that calls a moment before it says the same is given that moment', async () => {
	const waiting = await runPod.run([runPod.queue(), runPod.wait()]);
	await runPod.end();
	const body = { id: runPod.jobs[0].id, status: 'IN_PROGRESS' };
	runPod.server.fault({ path: /status/, times: 2 }, { kind: 'respond', reply: { status: 200, body } });
	const resumed = engine.resumed(waiting);
	expect(await runPod.call(runPod.address())).toBe(200);
	expect((await resumed).status).toBe('success');
});

test('nothing is believed while the host cannot be asked', async () => {
	const waiting = await runPod.run([runPod.queue(), runPod.wait()]);
	await runPod.end();
	runPod.server.fault({ path: /status/, times: 1 }, { kind: 'respond', reply: { status: 401 } });
	expect(await runPod.call(runPod.address())).toBe(503);
	const resumed = engine.resumed(waiting);
	expect(await runPod.call(runPod.address())).toBe(200);
	expect((await resumed).status).toBe('success');
});

test.each([
	['with the type of its content', 'application/json'],
	['as bytes of no known type', 'application/octet-stream'],
])('the body may come %s', async (_how, type) => {
	const waiting = await runPod.run([runPod.queue(), runPod.wait()]);
	await runPod.end();
	const resumed = engine.resumed(waiting);
	const headers = { 'content-type': type };
	const body = Buffer.from(JSON.stringify({ id: runPod.jobs[0].id }));
	expect((await fetch(runPod.address(), { method: 'POST', headers, body })).status).toBe(200);
	expect((await resumed).status).toBe('success');
});

test('a call for an execution that ended, or that was stopped while it waited, does nothing', async () => {
	const waiting = await runPod.run([runPod.queue(), runPod.wait()]);
	await runPod.end();
	expect((await engine.timeIsOver(waiting)).status).toBe('success');
	expect(await runPod.call(runPod.address())).toBe(409);
	const stopped = await runPod.run([runPod.queue(), runPod.wait()]);
	engine.stopWaiting(stopped);
	expect(await runPod.call(runPod.address(1), { id: runPod.jobs[1].id })).toBe(409);
});

test('the secret is in no item and nowhere else in the execution', async () => {
	const waiting = await runPod.run([runPod.queue(), runPod.wait()]);
	const kept = JSON.stringify(waiting.raw.data);
	for (const name of ['secret', 'ticket']) {
		expect(kept).not.toContain(runPod.address().searchParams.get(name));
	}
});
