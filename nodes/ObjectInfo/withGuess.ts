import { isComfyUiError, NotFoundError, passOn } from '../client/core/errors';

/**
 * Adds to the error about an unknown name what may be meant.
 * @param guess finds the names; when that fails, the error stays as it is
 * @returns the error to throw
 */
export async function withGuess(error: unknown, guess: () => Promise<string[]>): Promise<Error> {
	if (!isComfyUiError(error) || error.code !== 'not-found') return passOn(error);
	const names = await guess().catch(() => []);
	if (names.length === 0) return error;
	const question = `Did you mean ${names.map((name) => `"${name}"`).join(' or ')}?`;
	return new NotFoundError(`${error.message} ${question}`, error.hint);
}
