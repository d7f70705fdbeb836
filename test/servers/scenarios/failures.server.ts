import type { ExecutionError, ValidationError } from '../../../nodes/client';
import { reportText } from '../../../nodes/client';
import { testWith } from '../support/facts';
import { failure, serverUnderTest } from '../support/ServerUnderTest';
import { canvas, fail, load, picture, save, sleep, slow, unique } from '../support/workflows';

const server = serverUnderTest();
const { client } = server;

describe('a node that fails', () => {
	const failing = (msg: string) => ({ ...picture(), '3': fail('1', msg), '4': save('3') });

	test('is named, with its message and its traceback', async () => {
		const { failure: found } = await failure<ExecutionError>(server.run(failing('it broke')), 'execution');
		expect(found).toMatchObject({ nodeId: '3', nodeTitle: 'Fragile Node' });
		expect(found.exceptionMessage).toContain('it broke');
		expect(found.traceback).not.toEqual([]);
	});

	test('is known when the job is asked for later', async () => {
		const job = await client.queuePrompt(failing('it broke before'));
		await server.idle();
		await failure(server.wait(job), 'execution');
		const later = await client.getJob(job.promptId);
		expect(later).toMatchObject({ state: 'error' });
		expect(later.error?.message).toContain('it broke before');
	});

	test('leaves the files of the nodes before it', async () => {
		const before = { ...picture(unique('before')), '3': fail('5', 'late'), '4': save('3') };
		const job = await client.queuePrompt({ ...before, '5': sleep(0.3, 2, '1') });
		await failure(server.wait(job), 'execution');
		const { result } = await client.getJob(job.promptId);
		for (const { filename } of result?.files ?? []) expect(filename).toContain(unique('before'));
	});

	testWith('TBlock')('only blocks its branch when it is an execution blocker, with a warning', async () => {
		const block = { class_type: 'TBlock', inputs: { image: ['1', 0], msg: 'stop here', silent: false } };
		const { result } = await server.run({ ...picture(), '3': block, '4': save('3') });
		expect(result.files).toHaveLength(1);
		expect(result.warnings.join()).toContain('stop here');
	});
});

describe('a workflow of which one output is wrong', () => {
	const wrong = { '3': load('no_such_file.png'), '4': save('3') };

	test('runs without it, and says so', async () => {
		const { job, result } = await server.run({ ...picture(), ...wrong });
		expect(Object.keys(job.nodeErrors)).toContain('3');
		expect(result.files).toHaveLength(1);
	});

	test('is taken back when that is wanted', async () => {
		const queued = client.queuePrompt({ ...slow(10, 100), ...wrong }, { failOnNodeErrors: true });
		await failure(queued, 'validation');
		await server.idle();
	});
});

describe('a workflow is refused', () => {
	const masked = (channel: string) => ({
		'1': { class_type: 'LoadImageMask', inputs: { image: 'example.png', channel } },
		'2': { class_type: 'MaskToImage', inputs: { mask: ['1', 0] } },
		'3': save('2'),
	});

	const refused: Array<[why: string, workflow: object, message: RegExp]> = [
		[
			'without a required input',
			{ '1': { class_type: 'EmptyImage', inputs: { height: 16, batch_size: 1, color: 0 } }, '2': save('1') },
			/width/,
		],
		[
			'without an input that has a default',
			{ '1': canvas(), '2': { class_type: 'SaveImage', inputs: { images: ['1', 0] } } },
			/filename_prefix/,
		],
		['with a value that is not among the choices', masked('alpa'), /alpa.*alpha/s],
		['with a file that is not there', { '1': load('no_such_file.png'), '2': save('1') }, /no_such_file/],
		['with a number out of range', { '1': canvas(999_999), '2': save('1') }, /999999/],
		[
			'with a link of the wrong type',
			{ '1': canvas(), '3': { class_type: 'MaskToImage', inputs: { mask: ['1', 0] } }, '4': save('3') },
			/IMAGE.*MASK|MASK.*IMAGE/s,
		],
		[
			'with an unknown node type',
			{ ...picture(), '9': { class_type: 'NoSuchNode', inputs: {} } },
			/NoSuchNode.*not installed/s,
		],
		['without an output node', { '1': canvas() }, /output/],
		[
			'by the check of a node',
			{ '1': { class_type: 'TVal', inputs: { t: 'bad' } } },
			/must not begin with bad/,
		],
	];

	test.each(refused)('%s', async (_, workflow, message) => {
		const { message: text } = await failure<ValidationError>(client.queuePrompt(workflow), 'validation');
		expect(text).toMatch(message);
	});
});

describe('the check of a workflow', () => {
	test('finds nothing in a good one', async () => {
		expect((await client.checkWorkflow(picture())).ok).toBe(true);
	});

	test('finds all faults at once', async () => {
		const report = await client.checkWorkflow({
			'1': { class_type: 'EmptyImage', inputs: { width: 999_999, height: 16, batch_size: 1 } },
			'2': save('1'),
			'3': { class_type: 'NoSuchNode', inputs: {} },
			'4': load('nope.png'),
			'5': { class_type: 'LoadImageMask', inputs: { image: 'example.png', channel: 'alpa' } },
			'6': save('4'),
			'7': { class_type: 'MaskToImage', inputs: { mask: ['5', 0] } },
			'8': save('7'),
		});
		const text = reportText(report).join('\n');
		for (const fault of ['NoSuchNode', 'nope.png', 'alpa', '999999']) expect(text).toContain(fault);
		expect(report.ok).toBe(false);
	});
});
