import run from '../../packages/node-red/src/nodes/run';
import { picture, slow, textToImage } from '../client/support/workflows';
import { until } from '../support/until';
import { TestFlow } from './support/TestFlow';

type Options = Parameters<typeof TestFlow.start>[2];

/** Plays a test with a `comfyui-run`. */
async function onFlow(
	node: Record<string, unknown>,
	play: (flow: TestFlow) => Promise<void>,
	options?: Options,
): Promise<void> {
	const flow = await TestFlow.start([run], { type: 'comfyui-run', ...node }, options);
	try {
		await play(flow);
	} finally {
		await flow.stop();
	}
}

const json = (workflow: unknown) => ({ source: 'json', workflow: JSON.stringify(workflow) });

test('sends a message for each file, with its bytes and msg.parts, and is done once', async () => {
	const three = {
		...picture(),
		'1': { ...picture()['1'], inputs: { ...picture()['1'].inputs, batch_size: 3 } },
	};
	await onFlow(json(three), async (flow) => {
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
	await onFlow(json(workflow), async (flow) => {
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
	await onFlow(json(slow(30)), async (flow) => {
		for (let index = 0; index < 5; index++) flow.receive({ payload: index });
		await until(() => flow.comfy.going.length === 5, 'five jobs');
		await flow.redeploy();
		expect(flow.comfy.going).toEqual([]);
		expect(flow.errors).toEqual([]);
	});
});

test('roles, inputs and msg.comfyui.inputs set values of the workflow', async () => {
	const inputs = [
		{ input: 'prompt', value: 'payload', type: 'msg' },
		{ input: 'KSampler.steps', value: '2', type: 'num' },
	];
	await onFlow({ ...json(textToImage()), inputs, seedMode: 'fixed', seed: '7' }, async (flow) => {
		flow.receive({ payload: 'a fox', comfyui: { inputs: { width: 32 } } });
		await flow.untilMessages(1);
		const [{ prompt }] = flow.submissions() as Array<{ prompt: ReturnType<typeof textToImage> }>;
		expect(prompt['6'].inputs.text).toBe('a fox');
		expect(prompt['3'].inputs).toMatchObject({ steps: 2, seed: 7 });
		expect(prompt['5'].inputs).toMatchObject({ width: 32, height: 64 });
	});
});
