import { readMetadata } from '../../../nodes/client/metadata/readMetadata';
import { readWorkflowFile } from '../../../nodes/client/metadata/readWorkflowFile';
import { FORMS } from './support/feeds';
import { everyFormat } from './support/formats';
import { foundBoth, promptText } from './support/texts';

describe.each(everyFormat())('%s', (_format, file) => {
	test.each(FORMS)('gives prompt and workflow %s', async (_form, make) => {
		expect(await readWorkflowFile(make(file))).toEqual(foundBoth);
	});

	test('gives the texts as they are', async () => {
		const { prompt } = await readMetadata(file);
		expect(prompt).toBe(promptText);
		expect(prompt).toContain('NaN');
	});
});
