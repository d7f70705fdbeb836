import type { AbortOptions } from '../core/time';
import type { ApiWorkflow } from '../core/ApiWorkflow';
import type { CheckDetails } from './checkWorkflow';
import { isChosenFrom } from '../objectInfo/choices';
import type { UploadedFilePlace, MissingFile } from './WorkflowReport';
import { knownNodes, placeOf, unwrapped, type KnownNode } from '../objectInfo/KnownNode';
import { checkedSources, neededNodes, outputNodesOf } from '../objectInfo/graph';
import { type ObjectInfo, definitionOf } from '../objectInfo/types';
import { HttpError, NotFoundError, asError } from '../core/errors';
import type { Host } from '../hosts/Host';
import { listInputs, withAllVariants } from '../objectInfo/inputs';
import { Suggestions } from './Suggestions';
import { unverified } from './messages';

/**
 * The files that a workflow reads and that the catalogue does not list: it may be older than the upload, and
 * it never lists subfolders and names such as `a.png [temp]`. Whether they are there, only the server knows.
 */
export function uploadedFiles(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	{ outputNodes }: Pick<CheckDetails, 'outputNodes'> = {},
): UploadedFilePlace[] {
	const known = knownNodes(workflow, objectInfo);
	const outputs = outputNodesOf(workflow, objectInfo, outputNodes);
	const needed = neededNodes(checkedSources(workflow, known), outputs, known);
	return [...known.values()].filter(({ nodeId }) => needed.has(nodeId)).flatMap(filesOf);
}

function filesOf(known: KnownNode): UploadedFilePlace[] {
	return known.inputs.flatMap(({ name, upload, choices = [] }) => {
		const value = Object.hasOwn(known.node.inputs, name) ? unwrapped(known.node.inputs[name]) : undefined;
		if (!upload || typeof value !== 'string' || isChosenFrom(choices, value)) return [];
		return [{ ...placeOf(known, name), value, file: fileOf(value) }];
	});
}

/** `folder/name.png [temp]` in its parts; a file without a note is an input. */
function fileOf(value: string): UploadedFilePlace['file'] {
	const noted = /^(.*).\[(input|output|temp)\]$/s.exec(value); // one character before the note goes, as on the server
	const path = noted ? noted[1] : value;
	const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
	return {
		filename: path.slice(cut + 1),
		subfolder: path.slice(0, Math.max(cut, 0)).replaceAll('\\', '/'),
		type: (noted?.[2] ?? 'input') as UploadedFilePlace['file']['type'],
	};
}

/** Requests at the same time. */
const MAX_AT_ONCE = 4;

type Presence = 'there' | 'absent' | 'unknown';

/**
 * Asks the server for files; their bytes are not read.
 * @returns those that it does not have, and a sentence for each that cannot be asked for
 */
export async function absentFiles(
	host: Pick<Host, 'download'>,
	files: UploadedFilePlace[],
	objectInfo: ObjectInfo,
	{ signal }: AbortOptions = {},
): Promise<{ missingFiles: MissingFile[]; warnings: string[] }> {
	const presences = new Map<string, Presence>();
	const open = [...new Map(files.map((place) => [place.value, place.file]))];
	while (open.length > 0) {
		const asked = open.splice(-MAX_AT_ONCE).map(async ([value, file]) => {
			presences.set(value, await presenceOf(host, file, { signal }));
		});
		await Promise.all(asked);
	}
	const suggestions = new Suggestions();
	return {
		missingFiles: files
			.filter(({ value }) => presences.get(value) === 'absent')
			.map((place) => ({
				...place,
				didYouMean: suggestions.choices(choicesOf(place, objectInfo), place.value),
			})),
		warnings: files.filter(({ value }) => presences.get(value) === 'unknown').map(unverified),
	};
}

async function presenceOf(
	host: Pick<Host, 'download'>,
	file: UploadedFilePlace['file'],
	{ signal }: AbortOptions = {},
): Promise<Presence> {
	if (!canBeAsked(file)) return file.filename ? 'unknown' : 'absent';
	try {
		const { stream } = await host.download(file, { signal });
		for await (const piece of stream) if (piece) break; // leaving the loop lets go of the rest
		return 'there';
	} catch (error) {
		if (error instanceof NotFoundError) return 'absent';
		if (error instanceof HttpError) return 'unknown';
		throw asError(error);
	}
}

/** The server shows no file outside its folders, nor one with two dots in its name; a node may read it all the same. */
function canBeAsked({ filename, subfolder }: UploadedFilePlace['file']): boolean {
	const path = `${subfolder}/${filename}`;
	return filename !== '' && !path.includes('..') && !/^(\/.|[a-z]:)/i.test(subfolder ? path : filename);
}

function choicesOf({ nodeType, input }: UploadedFilePlace, objectInfo: ObjectInfo) {
	const inputs = withAllVariants(listInputs(definitionOf(nodeType, objectInfo) ?? {}));
	return inputs.find(({ name }) => name === input)?.choices ?? [];
}
