import type { IExecuteFunctions, INodeParameters } from 'n8n-workflow';
import { forEachItem } from '../../nodes/shared/items';
import { encodePng } from '../server/pictures/encodePng';
import { flatPicture } from '../server/pictures/Picture';
import { itemWith } from './support/fileNodes';
import { JobNodes, queue } from './support/JobNodes';
import { save, textToImage } from './support/jobWorkflows';
import { sentJobs } from './support/sent';
import { WebServer } from './support/WebServer';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const photo = encodePng(flatPicture(8, 8, 0x336699));
const invert = {
	'1': { class_type: 'LoadImage', inputs: { image: 'none.png' }, _meta: { title: 'Photo' } },
	'2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
	'3': save('2'),
};
const list = (node: string, value: string) => ({ inputs: { values: [{ node, value }] } }) as INodeParameters;
const uploads = (server: Awaited<ReturnType<JobNodes['server']>>) =>
	server.requests.filter(({ path }) => path.includes('/upload/'));

describe('with On Error set to stop, a wrong item', () => {
	const steps = (...values: unknown[]) => values.map((value) => ({ json: { value } as never }));

	test.each([
		['a value of the wrong type', steps(2, 3, 'many'), /"steps".*"many"/],
		['an expression that gives nothing', steps(2, 3, null), /"3\.steps".*item 2/],
		['a value out of the range of the server', steps(2, 3, 10_001), /10001/],
	])('is found before the first item is queued: %s', async (_, input, message) => {
		const server = await nodes.server();
		const run = await nodes.run(server, [queue(textToImage(), list('3.steps', '={{ $json.value }}'))], {
			input,
		});
		expect(run.error?.message).toMatch(message);
		expect(run.error).toMatchObject({ itemIndex: 2 });
		expect(sentJobs(server)).toEqual([]);
	});

	test('is found before the first file is downloaded or uploaded', async () => {
		const [server, web] = [await nodes.server(), await WebServer.start()];
		const address = web.put('/a.png', photo);
		const input = ['data', address, 'gone.png'].map((value) => ({ ...itemWith(photo), json: { value } }));
		const run = await nodes.run(server, [queue(invert, list('1.image', '={{ $json.value }}'))], { input });
		await web.stop();
		expect(run.error?.message).toMatch(/"gone\.png", which is not on the server/);
		expect(run.error).toMatchObject({ itemIndex: 2 });
		expect([web.requests, uploads(server), sentJobs(server)]).toEqual([[], [], []]);
	});

	test.each([
		['a binary field that the item does not have', 'foto', /"foto"/],
		['an address that is none', 'https://[', /is not an address of a file/],
	])('is found before the first item is queued: %s', async (_, value, message) => {
		const server = await nodes.server();
		const input = ['data', value].map((given) => ({ ...itemWith(photo), json: { value: given } }));
		const run = await nodes.run(server, [queue(invert, list('1.image', '={{ $json.value }}'))], { input });
		expect(run.error?.message).toMatch(message);
		expect([uploads(server), sentJobs(server)]).toEqual([[], []]);
	});

	test('does not keep correct items from running', async () => {
		const server = await nodes.server();
		const input = ['data', 'data'].map((value) => ({ ...itemWith(photo), json: { value } }));
		const run = await nodes.run(server, [queue(invert, list('1.image', '={{ $json.value }}'))], { input });
		expect(run.error).toBeUndefined();
		expect(sentJobs(server)).toHaveLength(2);
	});
});

test('with Continue On Fail the correct items run, as if the wrong one were not there', async () => {
	const server = await nodes.server();
	const parameters = list('3.steps', '={{ $json.value }}');
	const run = await nodes.run(
		server,
		[queue(textToImage(), parameters, { onError: 'continueRegularOutput' })],
		{ input: [2, 'many', 4].map((value) => ({ json: { value } })) },
	);
	expect(run.error).toBeUndefined();
	expect(sentJobs(server).map(({ prompt }) => prompt['3'].inputs.steps)).toEqual([2, 4]);
});

describe('the check of thousands of items', () => {
	const ITEMS = 2_000;

	test('holds one item at a time, and ends before the first item is handled', async () => {
		const input = Array.from({ length: ITEMS }, () => ({ json: {} }));
		const context = {
			getInputData: () => input,
			getExecutionCancelSignal: () => undefined,
			continueOnFail: () => false,
			getNode: () => ({}),
		} as unknown as IExecuteFunctions;
		const counts = { held: 0, mostHeld: 0, checked: 0, checkedAtFirst: 0 };
		await forEachItem(
			context,
			async () => {
				counts.checkedAtFirst ||= counts.checked;
				return [];
			},
			{
				atOnce: Infinity,
				check: async () => {
					counts.mostHeld = Math.max(counts.mostHeld, ++counts.held);
					await Promise.resolve();
					counts.held--;
					counts.checked++;
				},
			},
		);
		expect(counts).toEqual({ held: 0, mostHeld: 1, checked: ITEMS, checkedAtFirst: ITEMS });
	});
});
