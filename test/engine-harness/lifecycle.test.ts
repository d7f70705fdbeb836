import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Engine } from '../support/engine';

const exec = promisify(execFile);

const nothing = { nodeTypes: {}, credentialTypes: {} };
const sum = {
	nodes: [{ name: 'Sum', type: 'test.set', parameters: { values: { sum: '={{ $json.a + $json.b }}' } } }],
	input: [{ json: { a: 1, b: 2 }, binary: { file: { data: 'aGk=' } } }],
};

test('several engines, one after another', async () => {
	const folders = new Set<string>();
	for (const binaryMode of ['filesystem', 'default', 'filesystem'] as const) {
		const engine = await Engine.start({ ...nothing, binaryMode });
		folders.add(engine.folder);
		const run = await engine.run(sum);
		const [item] = run.items('Input');
		const stored = item.binary?.file.id?.startsWith('filesystem-v2:') ?? false;
		expect(stored).toBe(binaryMode === 'filesystem');
		expect((await run.binary(item, 'file')).toString()).toBe('hi');
		await engine.stop();
	}
	expect(folders.size).toBe(3);
});

test('one engine at a time', async () => {
	const engine = await Engine.start(nothing);
	await expect(Engine.start(nothing)).rejects.toThrow('Another engine is running');
	expect((await engine.run(sum)).items('Sum')).toMatchObject([{ json: { sum: 3 } }]);
	await engine.stop();
});

test('a start that fails leaves nothing behind', async () => {
	class Broken {
		constructor() {
			throw new Error('I will not be made');
		}
	}
	const broken = { nodeTypes: { 'probe.broken': Broken as never }, credentialTypes: {} };
	await expect(Engine.start(broken)).rejects.toThrow('I will not be made');
	const engine = await Engine.start(nothing);
	await engine.stop();
});

test('leaves the environment as it was', async () => {
	const before = { ...process.env };
	const engine = await Engine.start(nothing);
	expect({ ...process.env }).toEqual(before);
	await engine.stop();
});

test("runs without jest, and with n8n's sandbox for expressions", async () => {
	const script = path.join(__dirname, 'support', 'sandboxed.ts');
	const { stdout } = await exec(process.execPath, ['scripts/run.cjs', script]);
	expect(JSON.parse(stdout)).toEqual({ status: 'success', sum: 3, engine: 'quickjs' });
});
