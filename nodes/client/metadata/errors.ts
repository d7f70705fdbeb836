import { InvalidWorkflowError } from '../core/errors';
import { show } from '../core/text';
import { latin1, hasText } from './binary';
import type { FileContent } from './formats';

/** Errors for files that give no workflow. */

const USE_ORIGINAL_FILE =
	'Use the original file from the output folder of ComfyUI, or paste the workflow as JSON.';

const WHY_MISSING =
	'A file loses its workflow when it is converted, edited, or sent through a messenger or web service. Previews (/view?preview=...) ' +
	`and files of a ComfyUI that runs with --disable-metadata have no workflow. ${USE_ORIGINAL_FILE}`;

const SUPPORTED_FORMATS =
	'A workflow can be read from JSON files, and from files that ComfyUI made: PNG, WebP, JPEG and AVIF pictures, MP4, MOV, ' +
	'WebM and Matroska videos, FLAC, MP3 and Opus sound, GLB models, latents and safetensors.';

/** Formats that users try and that never contain a workflow. */
const OTHER_FORMATS: Array<[name: string, start: string, at: number, hint: string]> = [
	[
		'a GIF picture',
		'GIF8',
		0,
		'GIF pictures contain no workflow. VHS_VideoCombine saves a PNG with the workflow beside each GIF: use that PNG.',
	],
	['a WAV file', 'WAVE', 8, SUPPORTED_FORMATS],
	['an AVI video', 'AVI ', 8, SUPPORTED_FORMATS],
	['a ZIP archive', 'PK\u0003\u0004', 0, `Unpack it first. ${SUPPORTED_FORMATS}`],
	[
		'a web page or SVG picture',
		'<',
		0,
		`If this file was downloaded, it may be the login page of a proxy. ${SUPPORTED_FORMATS}`,
	],
];

/** For a file whose format is not supported. */
export function unknownFormat(head: Uint8Array, filename?: string): InvalidWorkflowError {
	const name = filename ? `The file ${show(filename)}` : 'The file';
	if (head.byteLength === 0) return new InvalidWorkflowError(`${name} is empty.`, USE_ORIGINAL_FILE);
	const text = latin1(head).trimStart();
	const other = OTHER_FORMATS.find(([, start, at]) =>
		at > 0 ? hasText(head, start, at) : text.startsWith(start),
	);
	if (!other)
		return new InvalidWorkflowError(`${name} has a format that contains no workflow.`, SUPPORTED_FORMATS);
	const [format, , , hint] = other;
	return new InvalidWorkflowError(`${name} is ${format}, which contains no workflow.`, hint);
}

/** For a file of a supported format that contains no workflow. */
export function withoutWorkflow(
	{ format, found, isCutOff }: FileContent,
	filename?: string,
): InvalidWorkflowError {
	const name = nameOf(format.name, filename);
	if (found.damaged.has('prompt') || found.damaged.has('workflow')) {
		return new InvalidWorkflowError(
			`${name} contains a workflow that cannot be decompressed: the file is damaged.`,
			USE_ORIGINAL_FILE,
		);
	}
	if (found.texts.has('parameters')) {
		return new InvalidWorkflowError(
			`${name} contains no workflow: AUTOMATIC1111 or Forge made it, not ComfyUI.`,
			'Those programs store only their settings as text. Build a workflow with these settings in ComfyUI, and use a file that it saves.',
		);
	}
	if (isCutOff) {
		return new InvalidWorkflowError(
			`${name} contains no workflow in its readable part: it ends too early or is damaged.`,
			`Download it again. ${WHY_MISSING}`,
		);
	}
	return new InvalidWorkflowError(`${name} contains no workflow.`, WHY_MISSING);
}

/** For a file whose workflow is not valid. */
export function unreadable(
	{ format }: FileContent,
	reason: InvalidWorkflowError,
	filename?: string,
): InvalidWorkflowError {
	return new InvalidWorkflowError(
		`${nameOf(format.name, filename)} contains a workflow that cannot be read. ${reason.message}`,
		`The file was changed after ComfyUI saved it, or another program saved it. ${USE_ORIGINAL_FILE}`,
	);
}

function nameOf(format: string, filename?: string): string {
	return filename ? `The ${format} ${show(filename)}` : `The ${format}`;
}
