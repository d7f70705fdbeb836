import { InvalidInputError } from '../client/core/errors';
import type { Host } from '../client/hosts/Host';
import { mediaOf } from '../client/core/media';
import { readFileReference } from '../shared/files/fileReference';
import type { ListedFile } from '../shared/files/fetchFiles';
import { isRecord } from '../client/core/guards';

/**
 * Reads the parameter "Files": a list of objects, one object, an item of Wait For Completion, one of these as JSON
 * text, or one name per line.
 * @throws InvalidInputError when it is empty or contains something that is not a file
 */
export function readFileList(value: unknown, host: Host): ListedFile[] {
	return entries(value).map((entry) => {
		const reference = readFileReference(entry, 'output');
		const facts = isRecord(entry) ? entry : {};
		return {
			nodeId: text(facts.nodeId) ?? '',
			nodeTitle: text(facts.nodeTitle),
			nodeType: text(facts.nodeType),
			key: text(facts.key) ?? '',
			...reference,
			...mediaOf(reference.filename),
			...(reference.type !== 'frame' && {
				url: text(facts.comfyUiUrl) ?? text(facts.url) ?? host.files.fileUrl(reference),
			}),
			...(isRecord(facts.info) && { info: facts.info }),
			binaryProperty: text(facts.binaryProperty),
		};
	});
}

function entries(value: unknown): unknown[] {
	if (Array.isArray(value))
		return value.flatMap((entry) => (Array.isArray(entry) ? entries(entry) : [entry]));
	if (isRecord(value)) return Array.isArray(value.files) ? value.files : [value];
	if (typeof value !== 'string' || !value.trim()) throw noFilesGiven();
	if (/^\s*[[{]/.test(value)) return entries(parse(value));
	return value.split(/\r?\n/).filter((line) => line.trim());
}

function parse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		throw notJson();
	}
}

function notJson(): InvalidInputError {
	return new InvalidInputError(
		'"Files" begins like JSON, but is not valid JSON.',
		'Use an expression that returns the list, such as {{ $json.files }}, or enter one name per line.',
	);
}

function noFilesGiven(): InvalidInputError {
	return new InvalidInputError(
		'"Files" is empty.',
		'Use the list that ComfyUI Wait For Completion returns: {{ $json.files }}.',
	);
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
