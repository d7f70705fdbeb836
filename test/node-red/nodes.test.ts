import { readFileSync } from 'node:fs';
import type { Message } from '../../packages/node-red/src/lib/nodeRed';
import { picture, slow, textToImage } from '../client/support/workflows';
import { LittleComfyUi } from '../server';
import { DEPLOYMENTS, LittleComfyDeploy } from '../server/hosts/comfyDeploy';
import { until } from '../support/until';
import { json, onFlow } from './support/onFlow';

interface Comfy {
	promptId: string;
	[fact: string]: unknown;
}
const facts = (message: Message) => message.comfyui as Comfy;

test('queue, wait and get do together what run does alone', async () => {
	const nodes = [
		{ id: 'wait', z: 'tab', type: 'comfyui-wait', server: 'server', wires: [['get']] },
		{ id: 'get', z: 'tab', type: 'comfyui-get', server: 'server', wires: [['out']] },
	];
	await onFlow(
		'comfyui-queue',
		{ ...json(picture()), wires: [['wait']] },
		async (flow) => {
			flow.receive({ topic: 'garden' });
			const [message] = await flow.untilMessages(1);
			expect(message).toMatchObject({ topic: 'garden', filename: 'x_00001_.png', parts: { count: 1 } });
			expect(message.payload).toEqual(flow.comfy.files.read('output', 'x_00001_.png'));
		},
		{ nodes },
	);
});

test('queue submits in the order of the messages, and keeps the payload', async () => {
	await onFlow('comfyui-queue', json(slow(0.01)), async (flow) => {
		for (let index = 0; index < 5; index++) flow.receive({ payload: index });
		const messages = await flow.untilMessages(5);
		expect(messages.map(({ payload }) => payload)).toEqual([0, 1, 2, 3, 4]);
		expect(messages.map((message) => facts(message).promptId)).toEqual(
			flow.submissions().map(({ prompt_id: id }) => id),
		);
		await flow.comfy.idle();
	});
});

test('wait sends the facts of the files, and needs a prompt ID', async () => {
	await onFlow('comfyui-wait', {}, async (flow) => {
		const promptId = await flow.comfy.submit(picture());
		flow.receive({ comfyui: { promptId } });
		const [{ payload }] = await flow.untilMessages(1);
		expect(payload).toMatchObject([{ filename: 'x_00001_.png' }]);
		flow.receive({});
		const [{ error }] = await flow.untilErrors();
		expect(error.message).toMatch(/^There is no prompt ID: msg\.comfyui\.promptId is empty\./);
	});
});

test('get refuses a job that has not ended, and reports one that is not known', async () => {
	await onFlow('comfyui-get', {}, async (flow) => {
		flow.comfy.faults.hold();
		const promptId = await flow.comfy.submit(picture());
		flow.receive({ comfyui: { promptId } });
		flow.receive({ comfyui: { promptId: '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d' } });
		const errors = await flow.untilErrors(2);
		expect(errors.map(({ error }) => error.code).sort()).toEqual(['invalid-input', 'lost']);
		flow.comfy.faults.release();
		await flow.comfy.idle();
	});
});

test('upload stores a Buffer under its name, and Base64 under one from its content', async () => {
	const data = readFileSync('test/fixtures/picture.png');
	await onFlow('comfyui-upload', {}, async (flow) => {
		flow.receive({ payload: data, filename: '/pictures/garden.png' });
		flow.receive({ payload: data.toString('base64') });
		const messages = await flow.untilMessages(2);
		const names = messages.map(({ payload }) => (payload as { value: string }).value);
		expect(names[0]).toBe('garden.png');
		expect(names[1]).toMatch(/^node-red-[\da-f]{24}\.png$/);
		for (const name of names) expect(flow.comfy.files.read('input', name)).toEqual(data);
		flow.receive({ payload: 42 });
		const [{ error }] = await flow.untilErrors();
		expect(error.message).toMatch(/^msg\.payload is no file\./);
	});
});

test('info answers what the server has and does', async () => {
	await onFlow('comfyui-info', { operation: 'status' }, async (flow) => {
		flow.receive({});
		const [{ payload }] = await flow.untilMessages(1);
		expect(payload).toMatchObject({
			running: 0,
			pending: 0,
			idle: true,
			system: { comfyui_version: '0.33.0' },
		});
	});
	await onFlow(
		'comfyui-info',
		{ operation: 'models', property: 'checkpoints', propertyType: 'str' },
		async (flow) => {
			flow.receive({});
			const [{ payload }] = await flow.untilMessages(1);
			expect(payload).toContain('sd_xl_base_1.0.safetensors');
		},
	);
	await onFlow('comfyui-info', { operation: 'inputs' }, async (flow) => {
		flow.receive({ payload: textToImage() });
		const [{ payload }] = await flow.untilMessages(1);
		expect((payload as Array<{ id: string }>).map(({ id }) => id)).toContain('6.text');
	});
	await onFlow('comfyui-info', { operation: 'job' }, async (flow) => {
		const promptId = await flow.comfy.submit(picture());
		await flow.comfy.idle();
		flow.receive({ payload: promptId });
		const [{ payload }] = await flow.untilMessages(1);
		expect(payload).toMatchObject({ promptId, state: 'success', files: [{ filename: 'x_00001_.png' }] });
	});
});

test.each(['0.3.64', '0.33.0'])(
	'control clears only the jobs of this Node-RED on ComfyUI %s',
	async (version) => {
		await onFlow(
			'comfyui-control',
			{ operation: 'clear' },
			async (flow) => {
				flow.comfy.faults.hold();
				const foreign = await flow.comfy.submit(slow(0), { clientId: 'somebody' });
				const mine = await flow.comfy.submit(slow(0), { clientId: 'node-red-server-1' });
				flow.receive({});
				const [{ payload }] = await flow.untilMessages(1);
				expect(payload).toEqual({ operation: 'clear', cancelled: [mine] });
				expect(flow.comfy.going).toEqual([foreign]);
				await flow.redeploy({ operation: 'cancel' });
				flow.receive({ comfyui: { promptId: foreign } });
				await flow.untilMessages(2);
				expect(flow.comfy.going).toEqual([]);
				flow.comfy.faults.release();
			},
			{ server: { version } },
		);
	},
);

test('control interrupts the running job only if it is of this Node-RED', async () => {
	await onFlow('comfyui-control', { operation: 'interrupt' }, async (flow) => {
		const running = flow.comfy.faults.holdAt('executing');
		const foreign = await flow.comfy.submit(slow(0), { clientId: 'somebody' });
		await running;
		flow.receive({});
		const [{ payload }] = await flow.untilMessages(1);
		expect(payload).toEqual({ operation: 'interrupt', cancelled: [] });
		expect(flow.comfy.going).toEqual([foreign]);
		await flow.redeploy({ scope: 'all' });
		flow.receive({});
		await flow.untilMessages(2);
		await flow.comfy.idle();
		flow.comfy.faults.release();
	});
});

test('control clears the jobs of everybody and frees memory when the node says so', async () => {
	await onFlow('comfyui-control', { operation: 'clear', scope: 'all' }, async (flow) => {
		flow.comfy.faults.hold();
		for (const clientId of ['a', 'b']) await flow.comfy.submit(slow(0), { clientId });
		flow.receive({});
		await flow.untilMessages(1);
		expect(flow.comfy.going).toEqual([]);
		flow.comfy.faults.release();
		await flow.redeploy({ operation: 'free', memory: 'all' });
		flow.receive({});
		await flow.untilMessages(2);
		const [{ bodyText }] = flow.requests('POST', '/free');
		expect(JSON.parse(bodyText)).toEqual({ unload_models: true, free_memory: true });
	});
});

test('events reports the jobs of other clients and an empty queue, also those that ended during a deploy', async () => {
	const events = { events: ['finished', 'failed', 'queueEmpty'] };
	await onFlow('comfyui-events', events, async (flow) => {
		await until(() => flow.statuses.some(({ text }) => text === 'listening'), 'the watch');
		const first = await flow.comfy.submit(picture(), { clientId: 'somebody' });
		const messages = await flow.untilMessages(2);
		expect(messages.map(({ topic }) => topic)).toEqual(['finished', 'queueEmpty']);
		expect(messages[0].payload).toMatchObject([{ filename: 'x_00001_.png' }]);
		expect(facts(messages[0])).toMatchObject({ promptId: first, event: 'finished', clientId: 'somebody' });
		await flow.redeploy({ events: ['finished'], output: 'each' });
		await flow.comfy.submit(picture(1), { clientId: 'somebody' });
		const [, , third] = await flow.untilMessages(3);
		expect(third.payload).toEqual(flow.comfy.files.read('output', 'x_00002_.png'));
	});
});

test('a node without a server, and one whose server has no valid address, say so for each message', async () => {
	await onFlow('comfyui-run', { server: '', ...json(picture()) }, async (flow) => {
		flow.receive({});
		const [{ error }] = await flow.untilErrors();
		expect(error.message).toMatch(/^No ComfyUI server is chosen\./);
	});
	await onFlow(
		'comfyui-run',
		json(picture()),
		async (flow) => {
			flow.receive({});
			const [caught] = await flow.untilErrors();
			expect(caught.error.message).toContain('which the flow file would show');
			expect(JSON.stringify(caught)).not.toContain('secret');
		},
		{ config: { url: 'http://me:secret@127.0.0.1:8188' } },
	);
});

test.each([
	['basic', { user: 'me', password: 'pass:word' }, {}, { authorization: `Basic ${btoa('me:pass:word')}` }],
	['bearer', { token: 'Bearer t-1' }, {}, { authorization: 'Bearer t-1' }],
	['headers', { header2: 'v-1' }, { headers: [{ name: 'X-Key', key: 'header2' }] }, { 'x-key': 'v-1' }],
] as const)(
	'the login "%s" comes from the credentials',
	async (authentication, credentials, config, headers) => {
		await onFlow(
			'comfyui-info',
			{ operation: 'status' },
			async (flow) => {
				flow.receive({});
				await flow.untilMessages(1);
				for (const request of flow.comfy.requests) expect(request.headers).toMatchObject(headers);
			},
			{ config: { authentication, ...config }, credentials: { server: credentials } },
		);
	},
);

test('fields of the server node take environment variables', async () => {
	process.env.COMFY_TEST_TOKEN = 'from-env';
	await onFlow(
		'comfyui-info',
		{ operation: 'status' },
		async (flow) => {
			flow.receive({});
			await flow.untilMessages(1);
			expect(flow.comfy.requests[0].headers.authorization).toBe('Bearer from-env');
		},
		{ config: { authentication: 'bearer' }, credentials: { server: { token: '${COMFY_TEST_TOKEN}' } } },
	).finally(() => delete process.env.COMFY_TEST_TOKEN);
});

test('a server node may have several servers, which share the jobs and the login', async () => {
	const second = await LittleComfyUi.start();
	const first = await LittleComfyUi.start();
	const servers = [{ url: first.url }, { url: second.url, weight: 1 }];
	await onFlow(
		'comfyui-run',
		json(slow(0.1)),
		async (flow) => {
			for (let index = 0; index < 4; index++) flow.receive({});
			await flow.untilMessages(4);
			const jobs = [first, second].map(({ requests }) =>
				requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/prompt')),
			);
			expect(jobs.map(({ length }) => length)).toEqual([2, 2]);
			expect(jobs[0][0].headers.authorization).toBe('Bearer t');
		},
		{
			config: { host: 'pool', url: '', servers, authentication: 'bearer' },
			credentials: { server: { token: 't' } },
		},
	);
	await first.stop();
	await second.stop();
});

test('run starts a deployment of a service with the inputs, and cancels it when the flow is deployed again', async () => {
	const service = await LittleComfyDeploy.start();
	const values = [{ input: 'prompt', value: 'payload', type: 'msg' }];
	const deployment = (sourceName: string) => ({ source: 'deployment', sourceName, values });
	await onFlow(
		'comfyui-run',
		deployment(DEPLOYMENTS.picture),
		async (flow) => {
			flow.receive({ payload: 'a lighthouse' });
			const [{ payload }] = await flow.untilMessages(1);
			expect(Uint8Array.from(payload as Buffer)).toEqual(Uint8Array.from(service.book.picture));
			const submitted = service.requests.find(({ bodyText }) => bodyText.includes(DEPLOYMENTS.picture));
			expect(JSON.parse(submitted?.bodyText ?? '')).toMatchObject({ inputs: { prompt: 'a lighthouse' } });
			await flow.redeploy(deployment(DEPLOYMENTS.slow));
			flow.receive({ payload: 'x' });
			await until(() => service.book.going().length === 1, 'the slow run');
			await flow.redeploy();
			expect(service.book.going()).toEqual([]);
		},
		{
			config: { host: 'comfyDeploy', url: service.url },
			credentials: { server: { apiKey: service.apiKey } },
		},
	);
	await service.stop();
});
