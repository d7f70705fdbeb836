import { fork } from 'node:child_process';
import path from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { nodeType } from '../../support/builtPackage';
import { until } from '../../support/until';
import { picture, slow } from '../../client/support/workflows';
import { usePool } from './support/poolEngine';
import type { Done, Task } from './support/otherProcess';

/** A PNG of one pixel. */
const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

const pool = usePool();
const { start, rows, credentials } = pool;

describe('the item of a job on a pool', () => {
	/** Another n8n process, which knows the credential and gets the item. */
	async function otherProcess() {
		const root = path.resolve(__dirname, '../../..');
		const child = fork(path.join(root, 'scripts/run.cjs'), ['test/nodes/hosts/support/otherProcess.ts'], {
			cwd: root,
		});
		const answer = async () =>
			await new Promise<unknown>((resolve, reject) => {
				child.once('message', resolve);
				child.once('exit', (code) => reject(new Error(`the process ended with code ${code}`)));
			});
		await answer();
		const ask = async (node: string, item: IDataObject, parameters: INodeParameters = {}) => {
			const task: Task = {
				node,
				item,
				parameters: { host: 'pool', ...parameters },
				credentials: credentials(),
			};
			const answered = answer();
			child.send(task);
			return (await answered) as Done;
		};
		return { ask, stop: () => child.disconnect() };
	}

	test('is all that another n8n process needs to wait for the job, to get its files and to cancel it', async () => {
		const [a, b] = await start({}, {});
		a.faults.hold();
		await a.submit(picture()); // so that the jobs go to the second server
		const queue = async (workflow: object) =>
			(await rows('QueuePrompt', { workflowSource: 'json', workflow: JSON.stringify(workflow) }))[0];
		const item = await queue(picture(1));
		expect(item).toMatchObject({ server: 'b', promptId: expect.stringMatching(/@b$/) as string });
		expect(JSON.stringify(item)).not.toContain('127.0.0.1');
		const other = await otherProcess();
		try {
			const only = { promptId: item.promptId };
			const waited = await other.ask('WaitForCompletion', only);
			expect(waited).toMatchObject({ items: [{ status: 'success', server: 'b' }] });
			const got = await other.ask('GetImages', only);
			expect(got.error).toBeUndefined();
			expect(got.sizes).toEqual([expect.any(Number)]);
			expect(got.sizes[0]).toBeGreaterThan(0);
			const files = await other.ask('GetImages', waited.items[0], { source: 'files' });
			expect(files.sizes).toEqual(got.sizes);
			const started = b.faults.holdAt('executing');
			const { promptId } = await queue(slow(0));
			await started;
			const cancelled = await other.ask('Server', { promptId }, { resource: 'job', operation: 'cancel' });
			expect(cancelled).toMatchObject({ items: [{ promptId, cancelled: true, result: 'interrupted' }] });
			expect(a.going).toHaveLength(1);
		} finally {
			other.stop();
			for (const { faults } of [a, b]) faults.release();
		}
	}, 300_000); // the other process loads n8n's engine first

	test('says where a job ran that was handed on, how often, and its file was uploaded again', async () => {
		const [a, b] = await start({}, {});
		for (const { faults } of [a, b]) faults.hold();
		const workflow = {
			'1': { class_type: 'LoadImage', inputs: { image: 'x.png' } },
			'2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
		};
		const values = [{ node: '1', input: 'image', value: 'data' }];
		const node = {
			name: 'Node',
			type: nodeType('RunWorkflow'),
			parameters: {
				host: 'pool',
				workflowSource: 'json',
				workflow: JSON.stringify(workflow),
				inputs: { values },
			} as INodeParameters,
		};
		const data = { data: PNG.toString('base64'), mimeType: 'image/png', fileName: 'cat.png' };
		const running = pool.engine.run({
			nodes: [node],
			credentials: credentials(),
			input: [{ json: {}, binary: { data } }],
		});
		await until(() => [a, b].some(({ going }) => going.length > 0), 'the job', 20_000);
		const [first, second] = a.going.length > 0 ? [a, b] : [b, a];
		await first.stop();
		second.faults.release();
		const done = await running;
		expect(done.error?.message).toBeUndefined();
		expect(done.items('Node')[0].json).toMatchObject({ server: second === a ? 'a' : 'b', attempts: 2 });
		const uploads = [a, b].map(
			({ requests }) => requests.filter(({ path: to }) => to.startsWith('/api/upload')).length,
		);
		expect(uploads).toEqual([1, 1]);
	});
});
