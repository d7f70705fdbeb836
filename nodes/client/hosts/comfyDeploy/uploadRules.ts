import { InvalidInputError, NotSupportedError, TooLargeError } from '../../core/errors';
import { show } from '../../core/text';
import type { Upload } from '../Host';
import type { Generation } from './known';

const MEGABYTE = 1024 * 1024;
const MOST_MEGABYTES: Record<Generation, number> = { webApp: 50, v2: 250 };
const WEB_APP_TYPES = ['image/png', 'image/jpg', 'image/jpeg'];
const BY_ADDRESS = 'put the file at a public address and enter that as the value of the input';

/** What is known of a file before it is sent. */
export interface FileFacts {
	contentType: string;
	/** Bytes. */
	size?: number;
}

/**
 * Refuses what ComfyUI Deploy would not take, before anything is sent.
 * @throws InvalidInputError, NotSupportedError, TooLargeError
 */
export function assertTaken({ filename, maskOf, type = 'input' }: Upload): void {
	if (!filename.trim()) throw new InvalidInputError('The file name is empty.');
	if (maskOf) {
		throw new NotSupportedError(
			'ComfyUI Deploy cannot put a mask on a picture.',
			'Upload picture and mask as two files, for two inputs of the deployment, and join them in its workflow.',
		);
	}
	if (type !== 'input') {
		throw new NotSupportedError(
			`ComfyUI Deploy takes files as inputs only, not for the folder "${type}".`,
			'Choose "Input" for the folder.',
		);
	}
}

/** Refuses what this generation would not take. @throws InvalidInputError, TooLargeError */
export function assertFits({ contentType, size }: FileFacts, generation: Generation): void {
	const most = MOST_MEGABYTES[generation];
	if (size !== undefined && size > most * MEGABYTE) {
		throw new TooLargeError(
			`The file has ${(size / MEGABYTE).toFixed(1)} MB, ComfyUI Deploy takes at most ${most} MB.`,
			`Send a smaller file, or ${BY_ADDRESS}.`,
		);
	}
	if (generation === 'v2') return;
	if (!WEB_APP_TYPES.includes(contentType)) {
		throw new InvalidInputError(
			`The file is ${show(contentType)}, but this ComfyUI Deploy (the open-source web app) takes only PNG and JPEG pictures.`,
			`Convert it first, or ${BY_ADDRESS}.`,
		);
	}
	if (!size) {
		throw new InvalidInputError(
			size === 0 ? 'The file is empty.' : 'The size of the file is not known.',
			'ComfyUI Deploy wants to know the size of a file before it takes it.',
		);
	}
}
