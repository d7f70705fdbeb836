import { randomBytes } from 'node:crypto';
import type { FileStore } from '../../files/FileStore';
import { mediaType } from '../../files/mediaTypes';
import { parseMultipart } from '../../http/multipart';
import { bytes, json, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import type { Router } from '../../http/Router';
import type { FileType, Prompt } from '../../types';
import { refusal, type ApiV2Context } from './LittleApiV2';

const ONLY = { single: true };

interface Asset {
	type: FileType;
	path: string;
}

/** Records of files by id; the bytes are in the folders of the ComfyUI behind. */
export class AssetStore {
	private readonly records = new Map<string, Asset>();

	constructor(private readonly files: FileStore) {}

	get(id: string): Asset | undefined {
		return this.records.get(id);
	}

	add(asset: Asset, data?: Buffer): string {
		for (const [id, known] of this.records)
			if (!data && known.type === asset.type && known.path === asset.path) return id;
		const id = [Buffer.from(asset.type), randomBytes(15)].map((part) => part.toString('base64url')).join('.');
		if (data) this.files.put(asset.type, asset.path, data);
		this.records.set(id, asset);
		return id;
	}

	delete(id: string): boolean {
		return this.records.delete(id);
	}

	/** @param key an asset id, then a slash and the file's name */
	bytesOf(key: string): Buffer | undefined {
		const asset = this.get(key.split('/')[0]);
		return asset && this.files.read(asset.type, asset.path);
	}

	/** The workflow with names of files where it has references; undefined when one leads nowhere. */
	resolve(workflow: Prompt): Prompt | undefined {
		const copy = structuredClone(workflow);
		for (const { inputs } of Object.values(copy))
			for (const [name, value] of Object.entries(inputs)) {
				const reference = value as { __type?: string; info?: { id?: string } } | null;
				if (reference?.__type !== 'core/ASSET') continue;
				const asset = this.get(reference.info?.id ?? '');
				if (!asset) return undefined;
				inputs[name] = asset.path;
			}
		return copy;
	}
}

/** The bytes stream through as they come, so what describes them has to come first. */
function upload({ headers, body }: Request, { assets, url }: ApiV2Context): Reply {
	const parts = parseMultipart(headers['content-type'], body);
	const file = parts.get('file');
	const [path, type] = ['file_path', 'content_type'].map((name) => parts.get(name)?.data.toString());
	if (!file || !path || !type || [...parts.keys()].pop() !== 'file')
		return refusal(422, 'invalid_request', 'content_type and file_path must be sent before the file');
	if (path.includes('/') && !path.startsWith('input/'))
		return refusal(422, 'invalid_request', 'file_path must begin with input/');
	const id = assets.add({ type: 'input', path: path.replace(/^input\//, '') }, file.data);
	return json(
		{
			id,
			hash: null,
			size_bytes: file.data.length,
			content_type: type,
			file_path: path,
			created_new: true,
			created_at: new Date().toISOString(),
			url: `${url()}/api/v2/assets/${id}/content`,
			url_expires_at: new Date(Date.now() + 900_000).toISOString(),
		},
		201,
	);
}

export function assetRoutes(router: Router, context: ApiV2Context): void {
	const { assets, storage, options } = context;
	router.post('/api/v2/assets', (request) => upload(request, context), ONLY);
	router.get(
		'/api/v2/assets/{id}/content',
		(request) => {
			const id = request.param('id');
			const asset = assets.get(id);
			if (!asset) return refusal(404, 'asset_not_found', 'no such asset');
			const key = `${id}/${asset.path.split('/').pop()}`;
			if (options.kind !== 'proxy') return bytes(302, Buffer.alloc(0), { Location: storage.addressOf(key) });
			const data = assets.bytesOf(key) ?? Buffer.alloc(0);
			return bytes(200, data, { 'Content-Type': mediaType(asset.path) });
		},
		ONLY,
	);
	router.on(
		'DELETE',
		'/api/v2/assets/{id}',
		(request) =>
			assets.delete(request.param('id'))
				? bytes(204, Buffer.alloc(0))
				: refusal(404, 'asset_not_found', 'no such asset'),
		ONLY,
	);
}
