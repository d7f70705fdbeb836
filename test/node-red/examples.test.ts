import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Message } from '../../packages/node-red/src/lib/nodeRed';
import { LittleComfyUi } from '../server';
import { until } from '../support/until';
import { helper } from './support/helper';
import { allNodes, coreNodes } from './support/TestFlow';

/**
 * The examples run in Node-RED's runtime. Doubles take the place of nodes that need something outside: a broker, a camera,
 * a browser or a dashboard. They do nothing by themselves; the tests send and collect for them.
 */
const folder = path.resolve(__dirname, '../../packages/node-red/examples');
const DOUBLES = /^(mqtt|http|ui-|inject|debug|comment|file)/;

interface ExampleNode {
	id: string;
	type: string;
	[member: string]: unknown;
}

const examples = readdirSync(folder)
	.filter((file) => file.endsWith('.json'))
	.map((file) => file.replace(/\.json$/, ''));
const read = (name: string) =>
	JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as ExampleNode[];

/** Plays an example with a little ComfyUI. @param members that a test changes, by the ID of the node */
async function onExample(
	name: string,
	play: (example: {
		comfy: LittleComfyUi;
		messages(id: string): Message[];
		send(id: string, message: object): void;
	}) => Promise<void>,
	members: Record<string, object> = {},
): Promise<void> {
	const comfy = await LittleComfyUi.start();
	const flow = read(name).map((node) => ({
		...node,
		...(node.type === 'comfyui-server' && { url: comfy.url }),
		...(DOUBLES.test(node.type) && { type: 'helper' }),
		...members[node.id],
	}));
	await new Promise<void>((resolve) => helper.startServer(() => resolve()));
	await helper.load(
		[...allNodes, ...coreNodes(['25-catch', '10-switch', '15-change', '10-function', '89-delay'])],
		flow,
		{},
	);
	const collected = new Map<string, Message[]>();
	for (const { id, type } of flow) {
		if (type !== 'helper') continue;
		collected.set(id, []);
		helper.getNode(id)?.on('input', (message) => collected.get(id)?.push(message));
	}
	try {
		await play({
			comfy,
			messages: (id) => collected.get(id) ?? [],
			send: (id, message) => helper.getNode(id)?.send(message as Message),
		});
	} finally {
		await helper.unload();
		await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
		await comfy.stop();
	}
}

const snapshot = () => readFileSync(path.resolve(__dirname, '../fixtures/picture.png'));

test('every node of the package is in an example, and every example is described', () => {
	const { 'node-red': section } = JSON.parse(
		readFileSync(path.resolve(folder, '../package.json'), 'utf8'),
	) as { 'node-red': { nodes: Record<string, string> } };
	const used = new Set(examples.flatMap(read).map(({ type }) => type));
	expect(Object.keys(section.nodes).filter((type) => !used.has(type))).toEqual([]);
	for (const name of examples) expect(read(name).find(({ type }) => type === 'tab')?.info).toBeTruthy();
});

test('no ID is in two examples, so that all can be imported into one Node-RED', () => {
	const ids = examples.flatMap(read).map(({ id }) => id);
	expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('MQTT prompt to dashboard', async () => {
	await onExample('MQTT prompt to dashboard', async ({ comfy, messages, send }) => {
		send('mqtt-mqtt', { payload: 'a lighthouse' });
		await until(() => messages('mqtt-picture').length > 0, 'the picture');
		const [{ payload }] = messages('mqtt-picture');
		const [file] = comfy.files.list('output');
		expect(payload).toBe(`data:image/png;base64,${comfy.files.read('output', file)?.toString('base64')}`);
	});
});

test('Camera snapshot as a painting', async () => {
	await onExample('Camera snapshot as a painting', async ({ comfy, messages, send }) => {
		send('camera-hourly', {});
		await until(() => messages('camera-snapshot').length === 1, 'the request of the snapshot');
		send('camera-snapshot', { payload: snapshot() });
		await until(() => messages('camera-file').length > 0, 'the painting');
		const [{ payload, filename }] = messages('camera-file');
		expect(payload).toEqual(comfy.files.read('output', filename as string));
		expect(comfy.files.list('input')).toHaveLength(1);
	});
});

test('Doorbell to cartoon', async () => {
	await onExample('Doorbell to cartoon', async ({ comfy, messages, send }) => {
		send('doorbell-snapshot', { payload: snapshot() });
		await until(() => messages('doorbell-file').length > 0, 'the cartoon');
		expect(messages('doorbell-announce')).toHaveLength(1);
		const [{ payload, filename }] = messages('doorbell-file');
		expect(payload).toEqual(comfy.files.read('output', filename as string));
	});
});

test('Webhook to picture', async () => {
	await onExample('Webhook to picture', async ({ messages, send }) => {
		send('webhook-request', { payload: { prompt: 'a lighthouse' } });
		await until(() => messages('webhook-response').length > 0, 'the picture');
		expect(messages('webhook-response')[0].headers).toEqual({ 'content-type': 'image/png' });
		send('webhook-request', { payload: {} });
		await until(() => messages('webhook-response').length > 1, 'the error');
		const [, { payload, statusCode }] = messages('webhook-response');
		expect(statusCode).toBe(502);
		expect(payload).toMatchObject({
			code: 'invalid-input',
			message: expect.stringContaining('prompt') as string,
		});
	});
});

test('Free memory when idle', async () => {
	const soon = { 'memory-later': { timeout: '10', timeoutUnits: 'milliseconds' } };
	const play: Parameters<typeof onExample>[1] = async ({ comfy, send }) => {
		const requests = () => comfy.requests.filter(({ path: route }) => route.endsWith('/free'));
		// The watch begins with the flow: the queue has to be seen full before it can become empty.
		for (let tries = 0; tries < 20 && requests().length === 0; tries++) {
			await comfy.submit({
				'1': { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color: tries } },
				'2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
			});
			await comfy.idle();
			await until(() => requests().length > 0, 'memory to be freed', 3_000).catch(() => {});
		}
		expect(JSON.parse(requests()[0].bodyText)).toEqual({ unload_models: true, free_memory: false });
		send('memory-button', {});
		await until(
			() => comfy.requests.some(({ path: route }) => /\/(queue|jobs)$/.test(route)),
			'the queue to be read',
		);
	};
	await onExample('Free memory when idle', play, soon);
});
