import { bytes, text, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import { Router } from '../../http/Router';
import { Origin } from '../Origin';

interface Stored {
	data: Buffer;
	contentType: string;
	publicRead: boolean;
}

/** A storage on another origin that takes files at signed addresses. */
export class Bucket {
	/** Every request is led on to another address, once; a text is that of the header. */
	redirects: boolean | string = false;
	/** All signatures are too old. */
	expired = false;
	/** `signed`: the signature covers an ACL header, which must be sent; `wanted`: the bucket requires it without saying so. */
	acl: 'none' | 'signed' | 'wanted' = 'none';
	readonly files = new Map<string, Stored>();
	private origin!: Origin;

	async start(): Promise<void> {
		const router = new Router();
		for (const root of ['bucket', 'moved']) {
			router.get(`/${root}/{folder}/{name}`, (request) => this.read(request, root), { single: true });
			router.on('PUT', `/${root}/{folder}/{name}`, (request) => this.write(request, root), { single: true });
		}
		this.origin = await Origin.start(router, { guard: refuseCredentials });
	}

	get url(): string {
		return this.origin.url;
	}

	get requests() {
		return this.origin.requests;
	}

	/** Keeps a file and returns its address. */
	keep(path: string, data: Buffer, contentType = 'image/png'): string {
		this.files.set(path, { data, contentType, publicRead: true });
		return this.addressOf(path);
	}

	addressOf(path: string): string {
		return `${this.url}/bucket/${path}`;
	}

	/** An address to which a file of this type may be sent. */
	sign(path: string, contentType: string): string {
		const signed = new URLSearchParams({
			'X-Amz-Expires': '300',
			'X-Amz-Signature': 'canary-signature',
			'X-Amz-SignedHeaders': this.acl === 'signed' ? 'host;x-amz-acl' : 'host',
			type: contentType,
		});
		return `${this.addressOf(path)}?${signed.toString()}`;
	}

	async stop(): Promise<void> {
		await this.origin.stop();
	}

	private read(request: Request, root: string): Reply {
		const stored = this.files.get(pathOf(request));
		if (this.expired) return refuse(403, 'AccessDenied');
		if (!stored) return refuse(404, 'NoSuchKey');
		return this.led(request, root) ?? bytes(200, stored.data, { 'Content-Type': stored.contentType });
	}

	private write(request: Request, root: string): Reply {
		const { headers, query, body: data } = request;
		if (this.expired || query.get('X-Amz-Signature') !== 'canary-signature') {
			return refuse(403, 'AccessDenied');
		}
		const led = this.led(request, root);
		if (led) return led;
		if (headers['content-length'] === undefined) return refuse(411, 'MissingContentLength');
		const acl = headers['x-amz-acl'];
		if ((acl !== undefined) !== (this.acl !== 'none')) return refuse(403, 'SignatureDoesNotMatch');
		const contentType = headers['content-type'] ?? '';
		if (contentType !== query.get('type')) return refuse(403, 'SignatureDoesNotMatch');
		this.files.set(pathOf(request), { data, contentType, publicRead: acl === 'public-read' });
		return bytes(200, Buffer.alloc(0));
	}

	private led({ path, query }: Request, root: string): Reply | undefined {
		if (!this.redirects || root === 'moved') return undefined;
		const moved = `${path.replace('/bucket/', '/moved/')}?${query.toString()}`;
		const location = typeof this.redirects === 'string' ? this.redirects : moved;
		return { ...refuse(307, 'TemporaryRedirect'), headers: { Location: location } };
	}
}

function pathOf(request: Request): string {
	return `${request.param('folder')}/${request.param('name')}`;
}

/** Storage of this kind takes a signature or a header, never both. */
function refuseCredentials({ headers }: Request): Reply | undefined {
	return headers.authorization ? refuse(400, 'InvalidArgument') : undefined;
}

function refuse(status: number, code: string): Reply {
	return text(status, `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`, 'application/xml');
}
