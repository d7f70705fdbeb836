import { isFileType, join, parseAnnotated, safeFolder, splitExtension } from '../files/paths';
import { parseMultipart, type Part } from '../http/multipart';
import { empty, json, type Reply } from '../http/Reply';
import type { Request } from '../http/Request';
import type { Router } from '../http/Router';
import { decodePng, readTexts } from '../pictures/decodePng';
import { encodePng } from '../pictures/encodePng';
import type { FileType } from '../types';
import type { RouteContext } from './RouteContext';

type Store = (
	context: RouteContext,
	type: FileType,
	path: string,
	image: Part,
	parts: Map<string, Part>,
) => void;

function field(parts: Map<string, Part>, name: string): string | undefined {
	return parts.get(name)?.data.toString();
}

/** A name that is free or holds the same bytes already: `x.png`, `x (1).png`, `x (2).png` … */
function freeName({ machine }: RouteContext, type: FileType, folder: string, image: Part): string {
	const filename = image.filename ?? '';
	const [stem, extension] = splitExtension(filename);
	let name = filename;
	for (let counter = 1; ; counter++) {
		const existing = machine.files.read(type, join(folder, name));
		if (!existing || existing.equals(image.data)) return name;
		name = `${stem} (${counter})${extension}`;
	}
}

function upload(request: Request, context: RouteContext, store: Store): Reply {
	const parts = parseMultipart(request.headers['content-type'], request.body);
	const type = field(parts, 'type') ?? 'input';
	if (!isFileType(type)) throw new TypeError('expected str, bytes or os.PathLike object, not NoneType');
	const image = parts.get('image');
	if (!image) return empty(400);
	if (!image.filename) throw new TypeError('the part is no file');
	const subfolder = field(parts, 'subfolder') ?? '';
	const folder = safeFolder(subfolder);
	if (folder === undefined || safeFolder(join(folder, image.filename)) === undefined) return empty(400);
	if (image.filename.includes('/')) throw new TypeError('no such directory');
	const overwrite = ['true', '1'].includes(field(parts, 'overwrite') ?? '');
	const name = overwrite ? image.filename : freeName(context, type, folder, image);
	store(context, type, join(folder, name), image, parts);
	return json({ name, subfolder, type });
}

const storeImage: Store = ({ machine }, type, path, image) => {
	const same = machine.files.read(type, path)?.equals(image.data);
	if (!same) machine.files.put(type, path, image.data);
};

/** The alpha of the upload on a copy of the original; nothing is stored when there is no original. */
const storeMask: Store = ({ machine }, type, path, image, parts) => {
	const reference = JSON.parse(field(parts, 'original_ref') ?? 'no original') as Record<string, string>;
	const { name, type: annotated } = parseAnnotated(reference['filename'] ?? '');
	const from = annotated ?? reference['type'] ?? 'output';
	const folder = safeFolder(reference['subfolder'] ?? '');
	const data = isFileType(from) && machine.files.read(from, join(folder ?? '', name));
	const original = data ? decodePng(data) : undefined;
	if (!data || !original) return;
	const alpha = decodePng(image.data)?.alpha ?? new Uint8Array(original.width * original.height).fill(255);
	machine.files.put(type, path, encodePng({ ...original, alpha }, readTexts(data)));
};

export function uploadRoutes(router: Router, context: RouteContext): void {
	router.post('/upload/image', (request) => upload(request, context, storeImage));
	router.post('/upload/mask', (request) => upload(request, context, storeMask));
}
