import { mediaType } from '../../files/mediaTypes';
import { bytes, text, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import { Router } from '../../http/Router';
import { Origin } from '../Origin';

const SIGNATURE = 'X-Goog-Signature';

/** A bucket on another origin: it accepts signed URLs, and refuses requests that also have a key. */
export class Storage {
	/** Every address is too old. */
	expired = false;

	private constructor(
		private readonly read: (key: string) => Buffer | undefined,
		readonly signature: string,
	) {}

	origin!: Origin;

	static async start(read: (key: string) => Buffer | undefined): Promise<Storage> {
		const storage = new Storage(read, 'signature-canary-0123');
		const router = new Router();
		router.get('/bucket/{key}', (request) => storage.reply(request), { single: true });
		storage.origin = await Origin.start(router);
		return storage;
	}

	/** The signed address of a file. */
	addressOf(key: string): string {
		return `${this.origin.url}/bucket/${encodeURIComponent(key)}?${SIGNATURE}=${this.signature}`;
	}

	private reply(request: Request): Reply {
		const { headers, query } = request;
		if (headers['x-api-key'] || headers.authorization) return text(400, 'InvalidArgument');
		if (this.expired || query.get(SIGNATURE) !== this.signature) return text(403, 'AccessDenied');
		const key = request.param('key');
		const data = this.read(key);
		return data ? bytes(200, data, { 'Content-Type': mediaType(key) }) : text(404, 'NoSuchKey');
	}
}
