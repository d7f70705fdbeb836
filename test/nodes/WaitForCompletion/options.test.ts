import { JobNodes, queue, wait } from '../support/JobNodes';
import { quick } from '../support/jobWorkflows';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const first = {
	...quick,
	'4': { class_type: 'TText', inputs: { text: 'hello' }, _meta: { title: 'Caption' } },
};
const withPreview = { ...quick, '3': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } } };
const filesOf = (json: { files?: unknown }) =>
	(json.files as Array<{ filename: string; type: string }>).map(
		({ filename, type }) => `${type} ${filename}`,
	);

describe('options', () => {
	const result = async (workflow: object, options: Record<string, boolean>) => {
		const server = await nodes.server();
		const run = await nodes.run(server, [queue(workflow), wait({ options })]);
		return run.items('Wait')[0].json;
	};

	test('previews are listed when asked for', async () => {
		const json = await result(withPreview, { includePreviews: true });
		expect(filesOf(json).map((file) => file.split(' ')[0])).toEqual(['output', 'temp']);
	});

	test('previews are left out beside kept files, and listed when there is nothing else', async () => {
		expect(filesOf(await result(withPreview, {}))).toEqual(['output made_00001_.png']);
		const onlyPreview = { '1': withPreview['1'], '3': withPreview['3'] };
		expect(filesOf(await result(onlyPreview, {}))[0]).toMatch(/^temp /);
	});

	test('texts are left out when not wanted', async () => {
		expect(await result(first, { includeTexts: false })).not.toHaveProperty('texts');
	});

	test('raw outputs are what each node reported', async () => {
		const { outputs } = await result(first, { includeRawOutputs: true });
		expect(outputs).toEqual({
			'2': { images: [{ filename: 'made_00001_.png', subfolder: '', type: 'output' }] },
			'4': { text: ['hello'], custom: [{ a: 1 }] },
		});
	});
});
