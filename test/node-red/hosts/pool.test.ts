import { readFileSync } from 'node:fs';
import type { Message } from '../../../packages/node-red/src/lib/nodeRed';
import { picture, textToImage } from '../../client/support/workflows';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../server';
import { until } from '../../support/until';
import { json, onFlow } from '../support/onFlow';
import type { TestFlow } from '../support/TestFlow';

/** The nodes for Node-RED that do one step each, on two servers that one server node names. */

let servers: LittleComfyUi[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) {
		await server.stop();
		expect(server.damage).toEqual([]);
	}
});

/** Plays a test with one node on a pool. @param options of the two servers */
async function onPool(
	type: string,
	members: Record<string, unknown>,
	play: (flow: TestFlow) => Promise<void>,
	{ nodes, options = [{}, {}] }: { nodes?: never[]; options?: LittleComfyUiOptions[] } = {},
): Promise<void> {
	servers = await Promise.all(options.map(async (one) => await LittleComfyUi.start(one)));
	const list = servers.map(({ url }) => ({ url }));
	await onFlow(type, members, play, { config: { host: 'pool', url: '', servers: list }, nodes });
}

/** The name that a server has in the pool. */
const nameOf = (server: LittleComfyUi) => new URL(server.url).host.replace(':', '-');
const factsOf = ({ comfyui }: Message) => comfyui as Record<string, unknown>;
const PNG = readFileSync('test/fixtures/picture.png');

test('upload names the server that has the file', async () => {
	await onPool('comfyui-upload', {}, async (flow) => {
		flow.receive({ payload: PNG, filename: 'garden.png' });
		const [{ payload }] = await flow.untilMessages(1);
		const { value } = payload as { value: string };
		expect(value).toMatch(/^garden\.png \[input\]@127\.0\.0\.1-\d+$/);
		const holder = servers.find((server) => value.endsWith(`@${nameOf(server)}`));
		expect(holder?.files.read('input', 'garden.png')).toEqual(PNG);
	});
});

test('queue, wait and get find the job on its server with nothing but the message', async () => {
	const nodes = [
		{ id: 'wait', z: 'tab', type: 'comfyui-wait', server: 'server', wires: [['get']] },
		{ id: 'get', z: 'tab', type: 'comfyui-get', server: 'server', wires: [['out']] },
	] as never[];
	await onPool(
		'comfyui-queue',
		{ ...json(picture()), wires: [['wait']] },
		async (flow) => {
			for (const { faults } of servers) faults.hold();
			for (let index = 0; index < 2; index++) flow.receive({ topic: index });
			await until(() => servers.every(({ going }) => going.length === 1), 'a job on each server');
			for (const { faults } of servers) faults.release();
			const messages = await flow.untilMessages(2);
			const jobs = messages.map((message) => String(factsOf(message).promptId));
			expect(new Set(jobs.map((id) => id.split('@')[1]))).toEqual(new Set(servers.map(nameOf)));
			for (const { payload, filename } of messages) {
				const found = servers.map(({ files }) => files.read('output', String(filename)));
				expect(found).toContainEqual(payload);
			}
		},
		{ nodes },
	);
});

test.each(['comfyui-wait', 'comfyui-get'])('%s names a server that the pool does not have', async (type) => {
	await onPool(type, {}, async (flow) => {
		flow.receive({ comfyui: { promptId: '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d@gone' } });
		const [{ error }] = await flow.untilErrors();
		expect(error.code).toBe('not-found');
		expect(error.message).toContain(
			`The pool has no server "gone". Its servers are ${servers.map(nameOf).join(', ')}.`,
		);
	});
});

test('info answers for all servers, and says which can run a workflow', async () => {
	const [one, two] = ['one.safetensors', 'two.safetensors'];
	const options = [one, two].map((name) => ({ models: { checkpoints: [name] } }));
	const models = { operation: 'models', property: 'checkpoints', propertyType: 'str' };
	await onPool(
		'comfyui-info',
		models,
		async (flow) => {
			flow.receive({});
			expect((await flow.untilMessages(1))[0].payload).toEqual([one, two]);
			const ofMessage = { property: '', propertyType: '' };
			await flow.redeploy({ operation: 'check', ...ofMessage });
			flow.receive({ payload: textToImage(1, two) });
			expect((await flow.untilMessages(2))[1].payload).toMatchObject({
				ok: true,
				servers: [nameOf(servers[1])],
			});
			await flow.redeploy({ operation: 'job', ...ofMessage });
			const id = await servers[1].submit(picture());
			await servers[1].idle();
			flow.receive({ payload: id });
			expect((await flow.untilMessages(3))[2].payload).toMatchObject({
				promptId: `${id}@${nameOf(servers[1])}`,
				state: 'success',
				files: [{ server: nameOf(servers[1]) }],
			});
			await flow.redeploy({ operation: 'status' });
			for (const { faults } of servers) faults.hold();
			for (const server of servers) await server.submit(picture(1), { clientId: 'somebody' });
			flow.receive({});
			const { running, pending, idle } = (await flow.untilMessages(4))[3].payload as Record<string, unknown>;
			expect([Number(running) + Number(pending), idle]).toEqual([2, false]);
			for (const { faults } of servers) faults.release();
			await Promise.all(servers.map(async (server) => await server.idle()));
		},
		{ options },
	);
});
