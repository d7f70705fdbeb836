import type { FileData } from '../../../nodes/client';
import { InvalidWorkflowError } from '../../../nodes/client/core/errors';
import { readWorkflowFile } from '../../../nodes/client/metadata/readWorkflowFile';
import { inPortions } from './support/feeds';
import { everyFormat } from './support/formats';

const node = { class_type: 'A', inputs: { text: 'ü' } };
const workflow = { nodes: [], links: [] };
const whole = { workflow: { '1': node }, uiWorkflow: workflow };
const files = everyFormat({ prompt: JSON.stringify({ '1': node }), workflow: JSON.stringify(workflow) });

/** What comes out of a file; every error but the one that is meant fails the test. */
async function outcomeOf(file: FileData): Promise<object> {
	try {
		return await readWorkflowFile(file);
	} catch (error) {
		if (error instanceof InvalidWorkflowError) return error;
		throw error;
	}
}

describe.each(files)('%s', (_format, file) => {
	test('is whole', async () => {
		expect(await outcomeOf(file)).toEqual(whole);
	});

	test('gives what there is, wherever it is cut off', async () => {
		for (let length = 0; length < file.length; length++) {
			const start = file.subarray(0, length);
			const outcome = await outcomeOf(start);
			expect(await outcomeOf(inPortions(start, 50))).toEqual(outcome);
			if (!(outcome instanceof Error)) expect(whole).toMatchObject(outcome);
		}
	});

	test.each([0x00, 0x7f, 0xff])('survives any byte that is changed to %i', async (value) => {
		for (let at = 0; at < file.length; at++) {
			const damaged = Buffer.from(file);
			damaged[at] = value;
			await outcomeOf(damaged);
		}
	});

	test('survives garbage behind its first bytes', async () => {
		let state = 12345;
		const random = () => (state = (state * 1103515245 + 12345) & 0x7fffffff) >> 16;
		for (let round = 0; round < 200; round++) {
			const start = file.subarray(0, 8 + (random() % 60));
			const garbage = Buffer.from(Array.from({ length: 500 }, () => random() & 255));
			await outcomeOf(Buffer.concat([start, garbage]));
		}
	});
});
