import { extensionFor, extensionOf } from '../client/core/media';
import { plainName } from './files/binary';

/** Names reach the server in UTF-8, where file systems take 255 bytes. */
const MOST_CHARACTERS = 60;
/** What everything nobody knows is called; no extension belongs to it. */
const UNKNOWN = 'application/octet-stream';

/**
 * A name that no other upload has: jobs that run at the same time must not replace each other's inputs.
 * @param fileName name of the file, when it has one
 */
export function uniqueName(fileName: string | undefined, mimeType: string): string {
	const name = fileName ? plainName(fileName) : '';
	const own = extensionOf(name);
	const extension = own || (mimeType === UNKNOWN ? '' : extensionFor(mimeType));
	const stem = (own ? name.slice(0, -own.length - 1) : name).replace(/\.{2,}/g, '.').trim();
	const short = Array.from(stem || 'file')
		.slice(0, MOST_CHARACTERS)
		.join('');
	return `${short}-${crypto.randomUUID().slice(0, 8)}${extension ? `.${extension}` : ''}`;
}
