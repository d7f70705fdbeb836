import { readMetadata } from '../../../nodes/client/metadata/readMetadata';
import { readWorkflowFile } from '../../../nodes/client/metadata/readWorkflowFile';
import { prompt, promptText, workflow, workflowText } from './support/texts';

test.each<[string, Buffer]>([
	['UTF-8', Buffer.from(promptText)],
	['UTF-8 with a mark', Buffer.from(`\uFEFF${promptText}`)],
	['UTF-16 in little-endian order', Buffer.from(`\uFEFF${promptText}`, 'utf16le')],
	['UTF-16 in big-endian order', Buffer.from(`\uFEFF${promptText}`, 'utf16le').swap16()],
	['blanks before it', Buffer.from(`${' \n'.repeat(100)}${promptText}`)],
])('JSON is read: %s', async (_encoding, file) => {
	expect(await readWorkflowFile(file)).toEqual({ workflow: prompt });
});

test('the format of the editor is recognised, and so is a POST body', async () => {
	expect(await readWorkflowFile(Buffer.from(workflowText))).toEqual({ uiWorkflow: workflow });
	const body = `{"prompt":${promptText},"extra_data":{"extra_pnginfo":{"workflow":${workflowText}}}}`;
	expect(await readWorkflowFile(Buffer.from(body))).toEqual({ workflow: prompt, uiWorkflow: workflow });
});

test('a mistake is reported with its place', async () => {
	await expect(readWorkflowFile(Buffer.from('{"3": {"class_type": }}'))).rejects.toThrow('line 1, column 22');
});

test('JSON that is no workflow is an error', async () => {
	await expect(readWorkflowFile(Buffer.from('{"a":1}'))).rejects.toThrow('This is not a workflow');
	await expect(readWorkflowFile(Buffer.from('   '))).rejects.toThrow('The workflow is empty.');
});

test('JSON files have no metadata: they are the workflow', async () => {
	expect(await readMetadata(Buffer.from(promptText))).toEqual({});
});
