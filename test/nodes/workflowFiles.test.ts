import { encodePng } from '../server/pictures/encodePng';
import { flatPicture } from '../server/pictures/Picture';
import type { InputItem } from '../support/engine';
import { itemWith } from './support/fileNodes';
import { JobNodes, queue } from './support/JobNodes';
import { save } from './support/jobWorkflows';
import { sentJobs } from './support/sent';

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

const item: InputItem = { ...itemWith(photo, 'my photo.png'), json: { note: 'x' } };
const form = (value: Record<string, string>) => ({ workflowInputs: { mappingMode: 'defineBelow', value } });
const list = (...values: object[]) => ({ inputs: { values: values as never } });

async function run(parameters: object, workflow: object = invert) {
	const server = await nodes.server();
	const run = await nodes.run(server, [queue(workflow, parameters as never)], { input: [item] });
	const [job] = sentJobs(server);
	return {
		run,
		server,
		image: job?.prompt['1'].inputs.image as string,
		uploaded: server.files.list('input'),
	};
}

describe('an input that takes a file', () => {
	test.each<[string, object]>([
		['in the form, by the name of a binary field', form({ '1.image': 'data' })],
		['in the form, by an expression', form({ '1.image': '={{ $binary.data }}' })],
		['in the list', list({ node: 'Photo', input: 'image', value: 'data' })],
		['in the list, in one word', list({ node: 'Photo.image', value: 'data' })],
		['in the list, by an expression', list({ node: '1', input: 'image', value: '={{ $binary.data }}' })],
	])('is fed with a file of the item %s', async (_how, parameters) => {
		const { run: result, server, image } = await run(parameters);
		expect(result.error).toBeUndefined();
		expect(image).toMatch(/^n8n-[\da-f]{32}\.png$/);
		expect(server.files.read('input', image)).toEqual(photo);
	});

	test('takes the name of a file on the server as it is', async () => {
		const server = await nodes.server();
		server.files.put('input', 'there.png', photo);
		const run = await nodes.run(server, [queue(invert, form({ '1.image': 'there.png' }))], { input: [item] });
		expect(run.error).toBeUndefined();
		expect(sentJobs(server)[0].prompt['1'].inputs.image).toBe('there.png');
	});

	test('is an error before anything is queued when the server has no such file', async () => {
		const { run: result, image } = await run(form({ '1.image': 'gone.png' }));
		expect(result.error?.message).toMatch(/"Photo".*gone\.png/);
		expect(image).toBeUndefined();
	});
});

test('a file that several inputs take is sent once', async () => {
	const two = { ...invert, '4': { ...invert['1'], _meta: { title: 'Same' } }, '5': save('4') };
	const { uploaded } = await run(form({ '1.image': 'data', '4.image': 'data' }), two);
	expect(uploaded).toHaveLength(1);
});

test('a text that is called like a binary field stays a text', async () => {
	const server = await nodes.server();
	const text = { '1': { class_type: 'TText', inputs: { text: 'x' } } };
	const run = await nodes.run(server, [queue(text, form({ '1.text': 'data' }))], { input: [item] });
	expect(run.error).toBeUndefined();
	expect(sentJobs(server)[0].prompt['1'].inputs.text).toBe('data');
	expect(server.files.list('input')).toEqual([]);
});
