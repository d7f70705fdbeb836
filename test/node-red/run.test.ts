import { readFileSync } from 'node:fs';
import { picture, slow, textToImage } from '../client/support/workflows';
import { until } from '../support/until';
import { json, onFlow } from './support/onFlow';

test('sends a message for each file, with its bytes and msg.parts, and is done once', async () => {
	const three = {
		...picture(),
		'1': { ...picture()['1'], inputs: { ...picture()['1'].inputs, batch_size: 3 } },
	};
	await onFlow('comfyui-run', json(three), async (flow) => {
		flow.receive({ payload: 'x', topic: 'garden', _msgid: 'm1' });
		const messages = await flow.untilMessages(3);
		const names = messages.map(({ filename }) => filename as string);
		expect(messages.map(({ payload }) => payload)).toEqual(
			names.map((name) => flow.comfy.files.read('output', name)),
		);
		expect(messages.map(({ parts }) => parts)).toEqual(
			[0, 1, 2].map((index) => ({ id: messages[0].parts?.id, type: 'array', count: 3, len: 1, index })),
		);
		expect(messages.map(({ topic, _msgid: id }) => [topic, id])).toEqual(Array(3).fill(['garden', 'm1']));
		const { comfyui } = messages[0] as { comfyui?: { promptId: string; status: string; file: object } };
		expect(comfyui).toMatchObject({
			status: 'success',
			attempts: 1,
			file: { nodeId: '2', mimeType: 'image/png' },
		});
		await until(() => flow.completed.length > 0, 'the end of the message');
		expect(flow.completed).toHaveLength(1);
	});
});

test('a failed job reaches Catch with its code, its facts and a message that begins with our sentence', async () => {
	const workflow = {
		...slow(0),
		'2': { class_type: 'TFail', inputs: { msg: 'no memory', image: ['1', 0] } },
	};
	await onFlow('comfyui-run', json(workflow), async (flow) => {
		flow.receive({ payload: 'x' });
		const [{ error }] = await flow.untilErrors();
		expect(error).toMatchObject({ code: 'execution', cause: { code: 'execution', attempts: 1 } });
		expect(error.message).toMatch(/^"TFail" \(node 2\) failed: no memory/);
		expect(error.cause?.promptId).toBe(flow.submissions()[0].prompt_id);
		expect(flow.completed).toEqual([]);
		expect(flow.messages).toEqual([]);
	});
});

test('a deploy cancels the jobs that are queued or running', async () => {
	await onFlow('comfyui-run', json(slow(30)), async (flow) => {
		for (let index = 0; index < 5; index++) flow.receive({ payload: index });
		await until(() => flow.comfy.going.length === 5, 'five jobs');
		await flow.redeploy();
		expect(flow.comfy.going).toEqual([]);
		expect(flow.errors).toEqual([]);
	});
});

test('roles, inputs and msg.comfyui.inputs set values of the workflow', async () => {
	const values = [
		{ input: 'prompt', value: 'payload', type: 'msg' },
		{ input: 'KSampler.steps', value: '2', type: 'num' },
	];
	await onFlow(
		'comfyui-run',
		{ ...json(textToImage()), values, seedMode: 'fixed', seed: '7' },
		async (flow) => {
			flow.receive({ payload: 'a fox', comfyui: { inputs: { width: 32 } } });
			await flow.untilMessages(1);
			const [{ prompt }] = flow.submissions() as Array<{ prompt: ReturnType<typeof textToImage> }>;
			expect(prompt['6'].inputs.text).toBe('a fox');
			expect(prompt['3'].inputs).toMatchObject({ steps: 2, seed: 7 });
			expect(prompt['5'].inputs).toMatchObject({ width: 32, height: 64 });
		},
	);
});

describe('the value of an input', () => {
	const typed: Array<[type: string, value: string, text: string]> = [
		['str', 'a fox', 'a fox'],
		['msg', 'topic', 'a fox'],
		['flow', 'animal', 'a cat'],
		['global', 'animal', 'an owl'],
		['env', 'TEST_ANIMAL', 'a bee'],
		['jsonata', 'topic & " in snow"', 'a fox in snow'],
	];

	test.each(typed)('comes from %s', async (type, value, text) => {
		process.env.TEST_ANIMAL = 'a bee';
		const values = [{ input: 'prompt', value, type }];
		await onFlow('comfyui-run', { ...json(textToImage()), values }, async (flow) => {
			flow.setContext('flow', 'animal', 'a cat');
			flow.setContext('global', 'animal', 'an owl');
			flow.receive({ topic: 'a fox' });
			await flow.untilMessages(1);
			const [{ prompt }] = flow.submissions() as Array<{ prompt: ReturnType<typeof textToImage> }>;
			expect(prompt['6'].inputs.text).toBe(text);
		});
		delete process.env.TEST_ANIMAL;
	});

	test.each(typed.slice(1))('that %s does not have is an error, and nothing is sent', async (type) => {
		const values = [{ input: 'prompt', value: 'nothing_here', type }];
		await onFlow('comfyui-run', { ...json(textToImage()), values }, async (flow) => {
			flow.receive({ topic: 'a fox' });
			const [{ error }] = await flow.untilErrors();
			expect(error.message).toMatch(/^There is no value for "prompt": .* has none\./);
			expect(flow.submissions()).toEqual([]);
		});
	});
});

test('a message cancels the job of one message, and the others go on', async () => {
	await onFlow('comfyui-run', json(slow(0.2)), async (flow) => {
		const held = flow.comfy.faults.holdAt('executing');
		for (const id of ['a', 'b', 'c']) flow.receive({ payload: id, _msgid: id });
		await held;
		await until(() => flow.comfy.going.length === 3, 'three jobs');
		flow.receive({ comfyui: { cancel: 'b' } });
		const [{ error, _msgid: id }] = await flow.untilErrors();
		expect([id, error.code]).toEqual(['b', 'cancelled']);
		expect(flow.comfy.going).toHaveLength(2);
		flow.comfy.faults.release();
		await until(() => flow.messages.length === 2, 'the other two');
		expect(flow.messages.map(({ _msgid }) => _msgid)).toEqual(['a', 'c']);
	});
});

test('msg.comfyui.cancel = true cancels all jobs of the node', async () => {
	await onFlow('comfyui-run', json(slow(30)), async (flow) => {
		for (const id of ['a', 'b', 'c']) flow.receive({ _msgid: id });
		await until(() => flow.comfy.going.length === 3, 'three jobs');
		flow.receive({ comfyui: { cancel: true } });
		const errors = await flow.untilErrors(3);
		expect(errors.map(({ error }) => error.code)).toEqual(['cancelled', 'cancelled', 'cancelled']);
		expect(flow.comfy.going).toEqual([]);
	});
});

test('a deploy leaves the jobs running when the node says so', async () => {
	await onFlow('comfyui-run', { ...json(slow(0.1)), keepJobs: true }, async (flow) => {
		flow.receive({});
		await until(() => flow.comfy.going.length === 1, 'the job');
		const [promptId] = flow.comfy.going;
		await flow.redeploy();
		await flow.comfy.idle();
		expect(JSON.stringify(flow.comfy.history(promptId))).toContain('execution_success');
	});
});

test('the status shows the place, the steps and the result, and changes at most five times a second', async () => {
	await onFlow('comfyui-run', json(slow(0.5)), async (flow) => {
		const started = performance.now();
		flow.receive({});
		await flow.untilMessages(1);
		await until(() => flow.statuses.some(({ fill }) => fill === 'green'), 'the last status');
		const seconds = (performance.now() - started) / 1000;
		const texts = flow.statuses.map(({ text }) => text ?? '');
		expect(texts.at(-1)).toMatch(/^1 file, \d+\.\d s$/);
		expect(texts.some((text) => /^TSleep \d\/4$/.test(text))).toBe(true);
		expect(texts.filter((text, index) => text === texts[index - 1])).toEqual([]);
		expect(texts.length).toBeLessThanOrEqual(seconds * 5 + 2);
	});
});

test('a concurrency limit bounds the jobs on the server, and keeps the order', async () => {
	await onFlow('comfyui-run', { ...json(slow(0.05)), concurrency: '2' }, async (flow) => {
		let most = 0;
		const count = setInterval(() => (most = Math.max(most, flow.comfy.going.length)), 5);
		for (let index = 0; index < 6; index++) flow.receive({ topic: index });
		const messages = await flow.untilMessages(6).finally(() => clearInterval(count));
		expect(messages.map(({ topic }) => topic)).toEqual([0, 1, 2, 3, 4, 5]);
		expect(most).toBe(2);
	});
});

test('a stream as payload is opened when it is read, and refused on two wires', async () => {
	const streaming = { ...json(picture()), payload: 'stream' };
	await onFlow('comfyui-run', streaming, async (flow) => {
		flow.receive({});
		const [{ payload, filename }] = await flow.untilMessages(1);
		expect(flow.requests('GET', '/view')).toEqual([]);
		const chunks: Uint8Array[] = [];
		for await (const chunk of payload as AsyncIterable<Uint8Array>) chunks.push(chunk);
		expect(Buffer.concat(chunks)).toEqual(flow.comfy.files.read('output', filename as string));
	});
	await onFlow('comfyui-run', { ...streaming, wires: [['out', 'caught']] }, async (flow) => {
		flow.receive({});
		const [{ error }] = await flow.untilErrors();
		expect(error.code).toBe('invalid-input');
		expect(error.message).toContain('more than one wire');
	});
});

test('one message with all files, and one with the facts only', async () => {
	await onFlow('comfyui-run', { ...json(picture(255, 'x')), output: 'all' }, async (flow) => {
		flow.receive({});
		const [{ payload }] = await flow.untilMessages(1);
		expect(payload).toEqual([flow.comfy.files.read('output', 'x_00001_.png')]);
	});
	await onFlow('comfyui-run', { ...json(picture()), output: 'facts' }, async (flow) => {
		flow.receive({});
		const [{ payload }] = await flow.untilMessages(1);
		expect(payload).toMatchObject([{ filename: 'x_00001_.png', nodeId: '2' }]);
		expect(flow.requests('GET', '/view')).toEqual([]);
	});
});

test('the sequence of a message that is part of one is kept outside of that of its files', async () => {
	await onFlow('comfyui-run', json(picture()), async (flow) => {
		const parts = { id: 'outer', index: 2, count: 5 };
		flow.receive({ parts });
		const [message] = await flow.untilMessages(1);
		expect(message.parts).toMatchObject({ index: 0, count: 1, parts });
	});
});

test('a value that is missing is an error, and nothing is queued', async () => {
	const values = [{ input: 'prompt', value: 'nothing.here', type: 'msg' }];
	await onFlow('comfyui-run', { ...json(textToImage()), values }, async (flow) => {
		flow.receive({ payload: 'x' });
		const [{ error }] = await flow.untilErrors();
		expect(error.code).toBe('invalid-input');
		expect(error.message).toMatch(/^There is no value for "prompt": msg\.nothing\.here has none\./);
		expect(flow.submissions()).toEqual([]);
	});
});

test('a Buffer as the value of an input is uploaded once, and named after its content', async () => {
	const workflow = {
		'1': { class_type: 'LoadImage', inputs: { image: 'x.png' } },
		'2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'y' } },
	};
	const values = [{ input: 'image', value: 'payload', type: 'msg' }];
	await onFlow('comfyui-run', { ...json(workflow), values }, async (flow) => {
		const payload = readFileSync('test/fixtures/picture.png');
		flow.receive({ payload });
		await flow.untilMessages(1);
		const [{ prompt }] = flow.submissions() as Array<{ prompt: typeof workflow }>;
		const name = prompt['1'].inputs.image as string;
		expect(name).toMatch(/^node-red-[\da-f]{24}\.png$/);
		expect(flow.comfy.files.read('input', name)).toEqual(payload);
	});
});

test('the workflow may come with the message, as an object, as text and as a picture that has it', async () => {
	await onFlow('comfyui-run', { source: 'msg' }, async (flow) => {
		flow.receive({ workflow: picture(1) });
		flow.receive({ workflow: JSON.stringify(picture(2)) });
		await flow.untilMessages(2);
		flow.receive({ workflow: flow.messages[0].payload });
		await flow.untilMessages(3);
		flow.receive({});
		const [{ error }] = await flow.untilErrors();
		expect(error.message).toMatch(/^There is no workflow: msg\.workflow has no value\./);
	});
});

test('a ready-made workflow needs only a prompt', async () => {
	const values = [{ input: 'prompt', value: 'payload', type: 'msg' }];
	await onFlow('comfyui-run', { source: 'textToImage', values }, async (flow) => {
		flow.receive({ payload: 'a lighthouse' });
		const [{ payload }] = await flow.untilMessages(1);
		expect(Buffer.isBuffer(payload)).toBe(true);
		expect(JSON.stringify(flow.submissions()[0])).toContain('a lighthouse');
	});
});
