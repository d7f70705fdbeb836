import type { ComfyUiError } from '../../../nodes/client';

/** The error of the client that a promise or a function ends with. */
export async function caught<E extends ComfyUiError = ComfyUiError>(
	work: Promise<unknown> | (() => unknown),
): Promise<E & Record<string, unknown>> {
	try {
		await (typeof work === 'function' ? work() : work);
	} catch (error) {
		return error as E & Record<string, unknown>;
	}
	throw new Error('expected an error, but it went well');
}
