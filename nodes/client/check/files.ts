import type { AbortOptions } from '../core/time';
import { HttpError, NotFoundError, asError } from '../core/errors';
import { show } from '../core/text';
import type { FileAddress, Host } from '../hosts/Host';
import { isChosenFrom } from '../objectInfo/choices';
import { listInputs, withAllVariants } from '../objectInfo/inputs';
import { placeOf, unwrapped, type KnownNode } from '../objectInfo/KnownNode';
import { definitionOf } from '../objectInfo/types';
import { describePlace, describeSuggestions, problemAt, type Check, type FindingKind } from './FindingKind';
import type { MissingFile, UploadedFilePlace } from './WorkflowReport';

/** Uploaded files that are not on the server. Only {@link absentFiles} finds them, since only the server knows. */
export const missingFiles: FindingKind<'missingFiles'> = {
	kind: 'missingFiles',
	describe: describeMissingFile,
	problems: (found) => [problemAt(found, 'custom_validation_failed', describeMissingFile(found))],
};

function describeMissingFile({ value, didYouMean, ...place }: MissingFile): string {
	return `${describePlace(place)} is the file ${show(value)}, which is not on the server.${describeSuggestions(didYouMean)}`;
}

function describeUnverifiedFile(place: UploadedFilePlace): string {
	return `${describePlace(place)} is the file ${show(place.value)}. Whether it is on the server is not known before the workflow runs.`;
}

/**
 * The files that the checked nodes read and the catalogue does not list. The catalogue may be older than the
 * upload, and it never lists files in subfolders or names such as `a.png [temp]`.
 */
export function uploadedFiles({ checkedNodes }: Check): UploadedFilePlace[] {
	return checkedNodes.flatMap(filesOf);
}

function filesOf(known: KnownNode): UploadedFilePlace[] {
	return known.inputs.flatMap(({ name, upload, choices = [] }) => {
		const value = Object.hasOwn(known.node.inputs, name) ? unwrapped(known.node.inputs[name]) : undefined;
		if (!upload || typeof value !== 'string' || isChosenFrom(choices, value)) return [];
		return [{ ...placeOf(known, name), value, file: fileOf(value) }];
	});
}

/** Splits `folder/name.png [temp]` into its parts; a file without an annotation is an input. */
function fileOf(value: string): UploadedFilePlace['file'] {
	const noted = /^(.*).\[(input|output|temp)\]$/s.exec(value); // like the server, drops one character before the annotation
	const path = noted ? noted[1] : value;
	const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
	return {
		filename: path.slice(cut + 1),
		subfolder: path.slice(0, Math.max(cut, 0)).replaceAll('\\', '/'),
		type: (noted?.[2] ?? 'input') as UploadedFilePlace['file']['type'],
	};
}

/** Concurrent requests. */
const MAX_AT_ONCE = 4;

type Presence = 'there' | 'absent' | 'unknown';

/**
 * Requests files from the server without reading their bytes.
 * @returns the files that the server does not have, and one sentence for each that cannot be requested
 */
export async function absentFiles(
	host: Pick<Host, 'files'>,
	files: UploadedFilePlace[],
	check: Check,
	{ signal }: AbortOptions = {},
): Promise<{ missingFiles: MissingFile[]; warnings: string[] }> {
	const presences = new Map<string, Presence>();
	const open = [...new Map(files.map((place) => [place.value, place.file]))];
	while (open.length > 0) {
		const asked = open.splice(-MAX_AT_ONCE).map(async ([value, file]) => {
			const upload = host.files.addressOf?.(value);
			presences.set(value, await presenceOf(host, upload ?? file, { signal }));
		});
		await Promise.all(asked);
	}
	return {
		missingFiles: files
			.filter(({ value }) => presences.get(value) === 'absent')
			.map((place) => ({
				...place,
				didYouMean: check.suggestions.choices(choicesOf(place, check), place.value),
			})),
		warnings: files.filter(({ value }) => presences.get(value) === 'unknown').map(describeUnverifiedFile),
	};
}

async function presenceOf(
	host: Pick<Host, 'files'>,
	file: FileAddress,
	{ signal }: AbortOptions = {},
): Promise<Presence> {
	if (!canBeAsked(file)) return file.filename ? 'unknown' : 'absent';
	try {
		const { stream } = await host.files.download(file, { signal });
		for await (const piece of stream) if (piece) break; // leaving the loop cancels the download
		return 'there';
	} catch (error) {
		if (error instanceof NotFoundError) return 'absent';
		if (error instanceof HttpError) return 'unknown';
		throw asError(error);
	}
}

/** The server returns no file outside its folders and none with two dots in its path, although a node may read it. */
function canBeAsked({ filename, subfolder, url }: FileAddress): boolean {
	if (url) return true;
	const path = `${subfolder}/${filename}`;
	return filename !== '' && !path.includes('..') && !/^(\/.|[a-z]:)/i.test(subfolder ? path : filename);
}

function choicesOf({ nodeType, input }: UploadedFilePlace, { objectInfo }: Check) {
	const inputs = withAllVariants(listInputs(definitionOf(nodeType, objectInfo) ?? {}));
	return inputs.find(({ name }) => name === input)?.choices ?? [];
}
