/** Determines the type of a file by its name: ComfyUI's content types depend on the server's operating system. */

/** The coarse kind of a file, for filters. */
export type MediaKind = 'image' | 'video' | 'audio' | '3d' | 'text' | 'other';

const UNKNOWN_TYPE = 'application/octet-stream';

const TYPES: Record<string, [kind: MediaKind, mimeType: string]> = {
	png: ['image', 'image/png'],
	apng: ['image', 'image/apng'],
	jpg: ['image', 'image/jpeg'],
	jpeg: ['image', 'image/jpeg'],
	webp: ['image', 'image/webp'],
	gif: ['image', 'image/gif'],
	bmp: ['image', 'image/bmp'],
	tif: ['image', 'image/tiff'],
	tiff: ['image', 'image/tiff'],
	avif: ['image', 'image/avif'],
	svg: ['image', 'image/svg+xml'],
	exr: ['image', 'image/x-exr'],
	hdr: ['image', 'image/vnd.radiance'],
	psd: ['image', 'image/vnd.adobe.photoshop'],
	mp4: ['video', 'video/mp4'],
	m4v: ['video', 'video/x-m4v'],
	webm: ['video', 'video/webm'],
	mkv: ['video', 'video/x-matroska'],
	mov: ['video', 'video/quicktime'],
	avi: ['video', 'video/x-msvideo'],
	flac: ['audio', 'audio/flac'],
	mp3: ['audio', 'audio/mpeg'],
	wav: ['audio', 'audio/wav'],
	opus: ['audio', 'audio/ogg'],
	ogg: ['audio', 'audio/ogg'],
	m4a: ['audio', 'audio/mp4'],
	aac: ['audio', 'audio/aac'],
	glb: ['3d', 'model/gltf-binary'],
	gltf: ['3d', 'model/gltf+json'],
	obj: ['3d', 'model/obj'],
	stl: ['3d', 'model/stl'],
	ply: ['3d', UNKNOWN_TYPE],
	fbx: ['3d', UNKNOWN_TYPE],
	usdz: ['3d', 'model/vnd.usdz+zip'],
	splat: ['3d', UNKNOWN_TYPE],
	ksplat: ['3d', UNKNOWN_TYPE],
	spz: ['3d', UNKNOWN_TYPE],
	txt: ['text', 'text/plain'],
	md: ['text', 'text/markdown'],
	csv: ['text', 'text/csv'],
	srt: ['text', 'application/x-subrip'],
	json: ['text', 'application/json'],
	zip: ['other', 'application/zip'],
	pdf: ['other', 'application/pdf'],
};

/** Lower-case extension without the dot; empty when there is none. */
export function extensionOf(filename: string): string {
	return /\.([a-z\d]{1,16})$/i.exec(filename)?.[1].toLowerCase() ?? '';
}

/** Kind and MIME type of a file name; `application/octet-stream` for what is not known. */
export function mediaOf(filename: string): { kind: MediaKind; mimeType: string } {
	const extension = extensionOf(filename);
	const [kind, mimeType] = Object.hasOwn(TYPES, extension)
		? TYPES[extension]
		: (['other', UNKNOWN_TYPE] as const);
	return { kind, mimeType };
}

/** The usual extension for a MIME type, without the dot; undefined for unknown types. */
export function extensionFor(mimeType: string): string | undefined {
	const wanted = mimeType.split(';')[0].trim().toLowerCase();
	if (wanted === UNKNOWN_TYPE) return undefined;
	return Object.keys(TYPES).find((extension) => TYPES[extension][1] === wanted);
}
