import { InvalidWorkflowError, asError } from '../core/errors';
import type { FileData } from '../transport/http';
import { readWorkflow, type FoundWorkflow } from '../workflow/parse';
import { readContent, type ReadFileOptions } from './readMetadata';
import { unreadable, withoutWorkflow } from './errors';

/**
 * Reads the workflow from a JSON file, or from a picture, video, audio or model file that ComfyUI saved. The
 * content decides the format, never the name. Reads a stream only as far as needed, and closes it.
 * @returns the workflow in API format and in the editor's format, whichever the file has
 * @throws InvalidWorkflowError that names the format and why the file may have no workflow
 * @throws AbortedError
 */
export async function readWorkflowFile(
	file: FileData,
	options: ReadFileOptions = {},
): Promise<FoundWorkflow> {
	const content = await readContent(file, options);
	const { texts, document } = content.found;
	if (document !== undefined) return readWorkflow(document);
	const [prompt, workflow] = [attempt(texts.get('prompt')), attempt(texts.get('workflow'))];
	const readable = [prompt, workflow].filter((result) => isFound(result));
	if (readable.length > 0) return readable.reduce((first, second) => ({ ...second, ...first }));
	const failure = [prompt, workflow].find((result) => result instanceof InvalidWorkflowError);
	throw failure ? unreadable(content, failure, options.filename) : withoutWorkflow(content, options.filename);
}

function attempt(text: string | undefined): FoundWorkflow | InvalidWorkflowError | undefined {
	if (text === undefined) return undefined;
	try {
		return readWorkflow(text);
	} catch (error) {
		if (error instanceof InvalidWorkflowError) return error;
		throw asError(error);
	}
}

function isFound(result: FoundWorkflow | InvalidWorkflowError | undefined): result is FoundWorkflow {
	return result !== undefined && !(result instanceof InvalidWorkflowError);
}
