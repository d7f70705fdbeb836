/** Binary frames of the WebSocket: all integers are big-endian and 32 bits wide. */
const PREVIEW_IMAGE = 1;
const TEXT = 3;
const PREVIEW_IMAGE_WITH_METADATA = 4;

export type ImageFormat = 'JPEG' | 'PNG';

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}

export function previewFrame(format: ImageFormat, image: Buffer): Buffer {
	return Buffer.concat([uint32(PREVIEW_IMAGE), uint32(format === 'JPEG' ? 1 : 2), image]);
}

export function textFrame(nodeId: string, text: string): Buffer {
	const id = Buffer.from(nodeId);
	return Buffer.concat([uint32(TEXT), uint32(id.length), id, Buffer.from(text)]);
}

export function previewWithMetadataFrame(metadata: string, image: Buffer): Buffer {
	const json = Buffer.from(metadata);
	return Buffer.concat([uint32(PREVIEW_IMAGE_WITH_METADATA), uint32(json.length), json, image]);
}
