import { InvalidWorkflowError } from '../core/errors';
import { show } from '../core/text';
import { characters, spells } from './binary';
import type { ReadFile } from './ReadFile';

/** The errors for files that no workflow comes out of. */

const WHERE_TO_GET_ONE =
	'Use the original file from the output folder of ComfyUI, or paste the workflow as JSON.';

const WHY_NONE =
	'Files lose it when they are converted, edited or sent through a messenger or web service; previews (/view?preview=...) ' +
	`have none, and neither have files of a ComfyUI that runs with --disable-metadata. ${WHERE_TO_GET_ONE}`;

const KNOWN_KINDS =
	'A workflow can be read from JSON files, and from files that ComfyUI made: PNG, WebP, JPEG and AVIF pictures, MP4, MOV, ' +
	'WebM and Matroska videos, FLAC, MP3 and Opus sound, GLB models, latents and safetensors.';

/** Files that people do try, and that never hold a workflow. */
const OTHER_KINDS: Array<[name: string, start: string, at: number, hint: string]> = [
	[
		'a GIF picture',
		'GIF8',
		0,
		'GIF pictures hold none. VHS_VideoCombine saves a PNG with the workflow beside each of its GIFs: use that one.',
	],
	['a WAV file', 'WAVE', 8, KNOWN_KINDS],
	['an AVI video', 'AVI ', 8, KNOWN_KINDS],
	['a ZIP archive', 'PK\u0003\u0004', 0, `Unpack it first. ${KNOWN_KINDS}`],
	[
		'a web page or SVG picture',
		'<',
		0,
		`Where a file should have been downloaded, this may be the login page of a proxy. ${KNOWN_KINDS}`,
	],
];

/** For a file of a kind that is not read. */
export function unknownKind(head: Uint8Array, filename?: string): InvalidWorkflowError {
	const name = filename ? `The file ${show(filename)}` : 'The file';
	if (head.byteLength === 0) return new InvalidWorkflowError(`${name} is empty.`, WHERE_TO_GET_ONE);
	const text = characters(head).trimStart();
	const other = OTHER_KINDS.find(([, start, at]) =>
		at > 0 ? spells(head, start, at) : text.startsWith(start),
	);
	if (!other) return new InvalidWorkflowError(`${name} is of no kind that holds a workflow.`, KNOWN_KINDS);
	const [kind, , , hint] = other;
	return new InvalidWorkflowError(`${name} is ${kind}, which holds no workflow.`, hint);
}

/** For a file that could hold a workflow and does not. */
export function withoutWorkflow(
	{ kind, found, isCutOff }: ReadFile,
	filename?: string,
): InvalidWorkflowError {
	const name = nameOf(kind.name, filename);
	if (found.damaged.has('prompt') || found.damaged.has('workflow')) {
		return new InvalidWorkflowError(
			`${name} carries a workflow that cannot be unpacked: the file is damaged.`,
			WHERE_TO_GET_ONE,
		);
	}
	if (found.texts.has('parameters')) {
		return new InvalidWorkflowError(
			`${name} carries no workflow: it was made by AUTOMATIC1111 or Forge, not by ComfyUI.`,
			'Those keep only their settings as text. Build a workflow with these settings in ComfyUI, and use a file it makes.',
		);
	}
	if (isCutOff) {
		return new InvalidWorkflowError(
			`${name} carries no workflow as far as it can be read: it ends too early or is damaged.`,
			`Download it again. ${WHY_NONE}`,
		);
	}
	return new InvalidWorkflowError(`${name} carries no workflow.`, WHY_NONE);
}

/** For a file with a text that should be a workflow and is none. */
export function unreadable(
	{ kind }: ReadFile,
	reason: InvalidWorkflowError,
	filename?: string,
): InvalidWorkflowError {
	return new InvalidWorkflowError(
		`${nameOf(kind.name, filename)} carries a workflow that cannot be read. ${reason.message}`,
		`The file was changed after ComfyUI made it, or another program made it. ${WHERE_TO_GET_ONE}`,
	);
}

function nameOf(kind: string, filename?: string): string {
	return filename ? `The ${kind} ${show(filename)}` : `The ${kind}`;
}
