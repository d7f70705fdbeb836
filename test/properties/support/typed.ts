import { isComfyUiError, type ComfyUiError } from '../../../nodes/client/core/errors';

/** The maximum length of a text that users read, for any input. */
const LONGEST_TEXT = 20_000;

/**
 * What comes of something: its result, or an error of the client with texts that can be read. Everything else
 * that is thrown fails the test.
 */
export async function ending<T>(work: () => T | Promise<T>): Promise<T | ComfyUiError> {
	try {
		return await work();
	} catch (error) {
		if (!isComfyUiError(error)) throw error;
		for (const text of [error.message, error.hint ?? '']) {
			if (typeof text !== 'string' || text.length > LONGEST_TEXT)
				throw new Error('not readable', { cause: error });
		}
		return error;
	}
}

/** The result, or undefined after an error of the client. */
export async function resultOf<T>(work: () => T | Promise<T>): Promise<T | undefined> {
	const found = await ending(work);
	return isComfyUiError(found) ? undefined : found;
}
