import { extensionOf, mediaOf } from '../../core/media';
import type { OutputFile } from '../../protocol/outputs';
import { fromBase64 } from '../../core/base64';
import { show } from '../../core/text';
import { isRecord } from '../../core/guards';
import type { ApiWorkflow } from '../../core/ApiWorkflow';

/** Reads what a worker returned: lists of files since 5.0.0, one `message` before. */

const UNKNOWN_FORM = 'The endpoint did not answer in the form of worker-comfyui: no file could be read.';

/** The worker says so for a workflow whose nodes made no saved picture. */
const NO_IMAGES =
	'The worker returned no files: worker-comfyui returns only pictures that a node saves, and drops previews, texts, sounds and other outputs. Add a node such as Save Image.';

interface Found {
	files: OutputFile[];
	/** About files that could not be read. */
	warnings: string[];
}

/** The objects in a job's output: one, or a list where a worker streams its results. */
export function partsOf(output: unknown): Array<Record<string, unknown>> {
	return (Array.isArray(output) ? output : [output]).filter(isRecord);
}

/**
 * The files of a job, with their bytes or URLs. worker-comfyui returns them under `images` only, similar workers
 * also under other keys.
 */
export function collectOutputs(promptId: string, output: unknown): Found {
	const found: Found = { files: [], warnings: [] };
	for (const part of partsOf(output)) {
		for (const [key, list] of Object.entries(part)) {
			for (const item of Array.isArray(list) ? list : []) {
				if (isRecord(item) && typeof item.filename === 'string' && typeof item.data === 'string')
					add(found, key, baseName(item.filename), item.data);
			}
		}
		if (typeof part.message === 'string' && part.message && part.status !== 'error')
			addMessage(found, promptId, part.message);
	}
	const isEmpty =
		found.files.length === 0 && partsOf(output).some(({ status }) => status === 'success_no_images');
	if (isEmpty) found.warnings.push(NO_IMAGES);
	const isReadable = partsOf(output).some((part) => 'images' in part || 'message' in part);
	if (!isReadable && found.files.length === 0) found.warnings.push(UNKNOWN_FORM);
	return found;
}

/** Warnings of a successful worker: `output.errors`. */
export function warningsIn(output: unknown): string[] {
	return partsOf(output).flatMap(({ errors }) =>
		Array.isArray(errors) ? errors.filter((text) => typeof text === 'string') : [],
	);
}

/** Detected from the data: when its bucket fails, the worker marks a local path as `s3_url` too. */
function add({ files, warnings }: Found, key: string, filename: string, text: string): void {
	const file = { nodeId: '', key, filename, subfolder: '', type: 'output' as const, ...mediaOf(filename) };
	if (isUrl(text)) {
		files.push({ ...file, url: text });
		return;
	}
	const data = fromBase64(text);
	if (data) files.push(Object.defineProperty(file as OutputFile, 'data', { value: data, enumerable: false }));
	else warnings.push(`The file ${show(filename)} came neither as base64 nor as a URL.`);
}

/** The image of workers before 5.0.0, which return no name. */
function addMessage(found: Found, promptId: string, message: string): void {
	if (isUrl(message)) {
		const name = baseName(new URL(message).pathname);
		add(found, 'images', extensionOf(name) ? name : `${promptId}.png`, message);
		return;
	}
	const head = fromBase64(message.slice(message.indexOf(',') + 1).slice(0, 24));
	if (head) add(found, 'images', `${promptId}.${extensionOfImage(head)}`, message);
	else found.warnings.push(message);
}

function extensionOfImage(head: Uint8Array): string {
	const text = String.fromCharCode(...head);
	if (text.startsWith('\u00ff\u00d8\u00ff')) return 'jpg';
	if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
	if (text.startsWith('GIF8')) return 'gif';
	return text.slice(4, 8) === 'ftyp' ? 'mp4' : 'png';
}

function isUrl(text: string): boolean {
	return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function baseName(path: string): string {
	return path.split(/[\\/]/).pop() || 'file';
}

/** All texts in inputs, also inside lists and objects. */
export function* textsIn(workflow: ApiWorkflow): Generator<string> {
	const open: unknown[] = Object.values(workflow).map((node) => node?.inputs);
	while (open.length > 0) {
		const value = open.pop();
		if (typeof value === 'string') yield value;
		else if (typeof value === 'object' && value !== null)
			for (const member of Object.values(value)) open.push(member);
	}
}

/** Maximum body of a request, bytes: `/run` and `/runsync`. */
export const MAX_BODY_BYTES = { async: 10 * 1024 * 1024, sync: 20 * 1024 * 1024 };

/** A size as text, in MB. */
export function megabytes(bytes: number): string {
	return `${(bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, '')} MB`;
}
