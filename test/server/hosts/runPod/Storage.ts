import { bytes, text, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import { Router } from '../../http/Router';
import { Origin } from '../Origin';

const SIGNATURE = 'X-Amz-Signature';

/** A bucket on another origin, with signed addresses. */
export class Storage {
	/** Addresses lead on to another one once; a text is that of the header. */
	redirects: boolean | string = false;
	/** All addresses are too old. */
	expired = false;
	private readonly files = new Map<string, Buffer>();
	private origin?: Origin;

	async start(): Promise<void> {
		const router = new Router();
		for (const folder of ['bucket', 'moved']) {
			router.get(`/${folder}/{job}/{name}`, (request) => this.read(request, folder), { single: true });
		}
		this.origin = await Origin.start(router, { guard: refuseCredentials });
	}

	get requests() {
		return this.origin?.requests ?? [];
	}

	/** Keeps a file; returns its signed address. */
	put(job: string, name: string, data: Buffer): string {
		const key = `${job}/${encodeURIComponent(name)}`;
		this.files.set(`${job}/${name}`, data);
		return `${this.origin?.url}/bucket/${key}?X-Amz-Expires=604800&${SIGNATURE}=signed`;
	}

	async stop(): Promise<void> {
		await this.origin?.stop();
	}

	private read(request: Request, folder: string): Reply {
		const data = this.files.get(`${request.param('job')}/${request.param('name')}`);
		if (this.expired || request.query.get(SIGNATURE) !== 'signed') return text(403, xml('AccessDenied'));
		if (!data) return text(404, xml('NoSuchKey'));
		if (!this.redirects || folder === 'moved') return bytes(200, data, { 'Content-Type': 'image/png' });
		const moved = `${request.path.replace('bucket', 'moved')}?${request.query.toString()}`;
		const location = typeof this.redirects === 'string' ? this.redirects : moved;
		return bytes(307, Buffer.from(xml('TemporaryRedirect')), { Location: location });
	}
}

/** Storage of this kind takes a signature or a header, never both. */
function refuseCredentials({ headers }: Request): Reply | undefined {
	return headers.authorization ? text(400, xml('InvalidArgument')) : undefined;
}

const xml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;
