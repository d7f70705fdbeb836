import type { IDataObject } from 'n8n-workflow';
import type { LittleComfyUi } from '../../server';
import { picture, slow } from '../../client/support/workflows';
import { byId } from '../Server/support';
import { usePool } from './support/poolEngine';

/** Somebody edits the list of servers in n8n's credential while a job runs: the nodes that follow have another list. */

const { start, run, rows, list, servers } = usePool();

/** Queues a job, which runs on the second server until it is released. */
async function begin(): Promise<{ item: IDataObject; b: LittleComfyUi }> {
	const [a, b, c] = await start({}, {}, {});
	for (const { faults } of [a, b, c]) faults.hold();
	for (const other of [a, c]) await other.submit(picture(), { clientId: 'somebody' });
	const [item] = await rows('QueuePrompt', { workflowSource: 'json', workflow: JSON.stringify(slow(0)) });
	expect(item).toMatchObject({ server: 'b', promptId: expect.stringMatching(/@b$/) as string });
	return { item, b };
}

const release = () => {
	for (const { faults } of servers) faults.release();
};

/** What the three nodes do that follow Queue Prompt, each with its item alone. */
const nodes: Array<[string, string, IDataObject]> = [
	['Wait For Completion', 'WaitForCompletion', {}],
	['Get Images', 'GetImages', {}],
	['Cancel', 'Server', { resource: 'job', operation: 'cancel', promptId: byId('={{ $json.promptId }}') }],
];

/** How often the job was queued: never twice, whatever becomes of the list. */
const queued = () =>
	servers.flatMap(({ requests }) =>
		requests.filter(({ method, path }) => method === 'POST' && path === '/api/prompt'),
	).length;

describe.each(nodes)('%s, after the list of servers was edited', (_title, node, parameters) => {
	/** Lets the job end, if the node needs its files. */
	const beforeNode = async (b: LittleComfyUi) => {
		if (node === 'Server') return;
		release();
		await b.idle();
	};
	/** What the node says of the job on the server of this name. */
	const expected = (server: string): IDataObject =>
		({
			WaitForCompletion: { status: 'success', server },
			GetImages: { server },
			Server: { cancelled: true },
		})[node] as IDataObject;

	test('finds the job when another server was removed', async () => {
		const { item, b } = await begin();
		list.splice(0, 1);
		await beforeNode(b);
		expect(await rows(node, parameters, [item])).toMatchObject([expected('b')]);
		expect(queued()).toBe(1);
		release();
	});

	test('finds the job when servers were added and moved', async () => {
		const { item, b } = await begin();
		list.reverse().unshift({ name: 'new', url: 'http://127.0.0.1:9', authentication: 'none', weight: 1 });
		await beforeNode(b);
		expect(await rows(node, parameters, [item])).toMatchObject([expected('b')]);
		expect(queued()).toBe(1);
		release();
	});

	test('finds the job under the new name of its server', async () => {
		const { item, b } = await begin();
		list[1].name = 'renamed';
		await beforeNode(b);
		expect(await rows(node, parameters, [item])).toMatchObject([expected('renamed')]);
		expect(queued()).toBe(1);
		release();
	});

	test('names its server that was removed, and says what to do', async () => {
		const { item, b } = await begin();
		list.splice(1, 1);
		await beforeNode(b);
		const { error } = await run(node, parameters, [item]);
		const { code } = ((error?.raw as { context?: IDataObject })?.context?.comfyUi ?? {}) as IDataObject;
		expect([code, error?.message]).toEqual([
			'not-found',
			expect.stringContaining('The pool has no server "b". Its servers are a, c.'),
		]);
		expect(error?.description).toContain('add the server to the list again, under this name');
		expect(queued()).toBe(1);
		release();
	});
});
