import { createHash } from 'node:crypto';
import { splitExtension } from '../../files/paths';
import { parseMultipart } from '../../http/multipart';
import { bytes, json, jsonText, type Reply } from '../../http/Reply';
import type { Request } from '../../http/Request';
import type { Router } from '../../http/Router';
import type { CloudContext } from './LittleComfyCloud';

const ONLY = { single: true };
const MOST_BYTES = 50 * 1024 * 1024;

/** What the ComfyUI behind says to the same request. */
async function passedOn({ method, path, query, body }: Request, { backstage }: CloudContext): Promise<Reply> {
	const url = `${backstage.comfyUi.url}${path}?${query.toString()}`;
	const response = await fetch(url, method === 'GET' ? {} : { method, body });
	const data = Buffer.from(await response.arrayBuffer());
	return bytes(response.status, data, { 'Content-Type': response.headers.get('content-type') ?? '' });
}

async function view(request: Request, context: CloudContext): Promise<Reply> {
	const { query } = request;
	if (query.has('channel')) return await passedOn(request, context);
	const path = [query.get('type') ?? 'output', query.get('subfolder'), query.get('filename')].filter(Boolean);
	const found = context.backstage.comfyUi.files.read(path[0] as 'output', path.slice(1).join('/'));
	if (!found) return json({ code: 'NOT_FOUND', message: 'File not found' }, 404);
	return bytes(302, Buffer.alloc(0), { Location: context.storage.addressOf(path.join('/')) });
}

/** The name is made from the content; folder and wish to overwrite do not matter. */
function upload({ headers, body }: Request, { backstage }: CloudContext): Reply {
	const image = parseMultipart(headers['content-type'], body).get('image');
	if (!image?.filename) return json({ code: 'BAD_REQUEST', message: 'No image' }, 400);
	if (image.data.length > MOST_BYTES) return json({ code: 'BAD_REQUEST', message: 'File too large' }, 400);
	const name = `${createHash('sha256').update(image.data).digest('hex')}${splitExtension(image.filename)[1]}`;
	backstage.comfyUi.files.put('input', name, image.data);
	return json({ name, subfolder: 'ignored', type: 'input' });
}

export function fileRoutes(router: Router, context: CloudContext): void {
	const pass = async (request: Request) => await passedOn(request, context);
	router.get('/api/view', async (request) => await view(request, context), ONLY);
	router.post('/api/upload/image', (request) => upload(request, context), ONLY);
	router.post('/api/upload/mask', (request) => upload(request, context), ONLY);
	for (const path of ['object_info', 'features', 'system_stats', 'userdata', 'userdata/{file}'])
		router.get(`/api/${path}`, pass, ONLY);
	router.post('/api/userdata/{file}', pass, ONLY);
	router.get(
		'/api/experiment/models',
		() => jsonText('[{"name":"checkpoints","folders":["/m"]},{"name":"embeddings","folders":[]}]'),
		ONLY,
	);
	router.get(
		'/api/experiment/models/{folder}',
		(request) =>
			request.param('folder') === 'cars'
				? json({ code: 'NOT_FOUND', message: 'Folder not found' }, 404)
				: json([{ name: 'sub/easy.safetensors', pathIndex: 0, size: 5 }]),
		ONLY,
	);
	router.post('/api/history', () => json({}), ONLY);
}
