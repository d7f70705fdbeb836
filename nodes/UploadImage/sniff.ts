/** First bytes of the kinds of files that people send as text. A dot stands for any byte. */
const SIGNATURES: Array<[pattern: RegExp, mimeType: string]> = [
	[/^\x89PNG\r\n/, 'image/png'],
	[/^\xff\xd8\xff/, 'image/jpeg'],
	[/^GIF8[79]a/, 'image/gif'],
	[/^RIFF.{4}WEBP/s, 'image/webp'],
	[/^RIFF.{4}WAVE/s, 'audio/wav'],
	[/^.{4}ftypqt/s, 'video/quicktime'],
	[/^.{4}ftypM4A/s, 'audio/mp4'],
	[/^.{4}ftyp/s, 'video/mp4'],
	[/^.E\xdf\xa3/s, 'video/webm'],
	[/^fLaC/, 'audio/flac'],
	[/^OggS/, 'audio/ogg'],
	[/^(ID3|\xff[\xfb\xf3\xf2])/, 'audio/mpeg'],
	[/^glTF/, 'model/gltf-binary'],
];

/** The MIME type that the first bytes tell, `application/octet-stream` when they tell none. */
export function sniffMimeType(data: Uint8Array): string {
	const head = String.fromCharCode(...data.subarray(0, 16));
	return SIGNATURES.find(([pattern]) => pattern.test(head))?.[1] ?? 'application/octet-stream';
}
