import { HttpError, NotFoundError, passOn } from '../core/errors';
import type { Host } from '../hosts/Host';
import type { MissingFile, UploadedFilePlace } from '../check/WorkflowReport';
import { listInputs, withAllVariants } from '../objectInfo/inputs';
import { Suggestions } from '../check/Suggestions';
import { unverified } from '../check/messages';
import { definitionOf } from './definitionOf';
import type { ObjectInfo } from '../objectInfo/types';

/** Requests at the same time. */
const MOST_AT_ONCE = 4;

type Presence = 'there' | 'absent' | 'unknown';

/**
 * Asks the server for files; their bytes are not read.
 * @returns those that it does not have, and a sentence for each that cannot be asked for
 */
export async function absentFiles(
	host: Pick<Host, 'download'>,
	files: UploadedFilePlace[],
	objectInfo: ObjectInfo,
	signal?: AbortSignal,
): Promise<{ missingFiles: MissingFile[]; warnings: string[] }> {
	const presences = new Map<string, Presence>();
	const open = [...new Map(files.map((place) => [place.value, place.file]))];
	while (open.length > 0) {
		const asked = open.splice(-MOST_AT_ONCE).map(async ([value, file]) => {
			presences.set(value, await presenceOf(host, file, signal));
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
	signal?: AbortSignal,
): Promise<Presence> {
	if (!canBeAsked(file)) return file.filename ? 'unknown' : 'absent';
	try {
		const { stream } = await host.download(file, { signal });
		for await (const piece of stream) if (piece) break; // leaving the loop lets go of the rest
		return 'there';
	} catch (error) {
		if (error instanceof NotFoundError) return 'absent';
		if (error instanceof HttpError) return 'unknown';
		throw passOn(error);
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
