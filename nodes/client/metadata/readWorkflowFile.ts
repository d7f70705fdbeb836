import { InvalidWorkflowError, asError } from '../core/errors';
import type { FileData } from '../transport/http';
import { readWorkflow, type FoundWorkflow } from '../workflow/parse';
import { readFile, type FileFacts } from './readMetadata';
import { unreadable, withoutWorkflow } from './errors';

/**
 * The workflow in a file: a JSON file, or a picture, video, sound or model file that ComfyUI wrote it into.
 * Told by the content, never by the name. A stream is read only as far as needed, and closed.
 * @returns the API format where the file has it, with the editor's beside it
 * @throws InvalidWorkflowError that says what the file is and why there may be none in it
 * @throws AbortedError
 */
export async function readWorkflowFile(file: FileData, facts: FileFacts = {}): Promise<FoundWorkflow> {
	const content = await readFile(file, facts);
	const { texts, document } = content.found;
	if (document !== undefined) return readWorkflow(document);
	const [prompt, workflow] = [attempt(texts.get('prompt')), attempt(texts.get('workflow'))];
	const readable = [prompt, workflow].filter((result) => isFound(result));
	if (readable.length > 0) return readable.reduce((first, second) => ({ ...second, ...first }));
	const failure = [prompt, workflow].find((result) => result instanceof InvalidWorkflowError);
	throw failure ? unreadable(content, failure, facts.filename) : withoutWorkflow(content, facts.filename);
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
