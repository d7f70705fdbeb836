import { parseJson } from '../core/json';

/** Binary frames of the WebSocket: a big-endian uint32 type, then data in the format of that type. */

/** A picture: a sampler preview, or the result of a node that saves to the WebSocket only. */
interface ImageFrame {
	kind: 'image';
	mimeType: 'image/jpeg' | 'image/png';
	data: Uint8Array;
	/** Present only when the client has announced support for preview metadata. */
	promptId?: string;
	nodeId?: string;
}

/** Progress text of a node, sent to every client. */
interface TextFrame {
	kind: 'text';
	nodeId: string;
	text: string;
}

/** A binary frame that this client understands. */
export type Frame = ImageFrame | TextFrame;

const PREVIEW_IMAGE = 1;
const TEXT = 3;
const PREVIEW_IMAGE_WITH_METADATA = 4;
const PNG = 2;

/** Reads a binary frame; undefined for unknown types and for frames whose lengths do not fit. */
export function parseFrame(bytes: Uint8Array): Frame | undefined {
	if (bytes.byteLength < 8) return undefined;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const detail = view.getUint32(4);
	const fits = detail <= bytes.byteLength - 8;
	switch (view.getUint32(0)) {
		case PREVIEW_IMAGE: {
			const data = bytes.subarray(8);
			const mimeType = detail === PNG ? 'image/png' : 'image/jpeg';
			// Custom nodes put other things behind this type; only what starts like a picture is one.
			return looksLike(data, mimeType) ? { kind: 'image', mimeType, data } : undefined;
		}
		case TEXT:
			return fits
				? {
						kind: 'text',
						nodeId: decode(bytes.subarray(8, 8 + detail)),
						text: decode(bytes.subarray(8 + detail)),
					}
				: undefined;
		case PREVIEW_IMAGE_WITH_METADATA:
			return fits
				? withMetadata(decode(bytes.subarray(8, 8 + detail)), bytes.subarray(8 + detail))
				: undefined;
		default:
			return undefined;
	}
}

function withMetadata(json: string, data: Uint8Array): ImageFrame | undefined {
	let metadata: Record<string, unknown>;
	try {
		metadata = parseJson(json) as Record<string, unknown>;
	} catch {
		return undefined;
	}
	const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
	return {
		kind: 'image',
		mimeType: metadata?.image_type === 'image/png' ? 'image/png' : 'image/jpeg',
		data,
		promptId: text(metadata?.prompt_id),
		nodeId: text(metadata?.display_node_id) ?? text(metadata?.node_id),
	};
}

function looksLike(data: Uint8Array, mimeType: string): boolean {
	return mimeType === 'image/png'
		? data[0] === 0x89 && data[1] === 0x50
		: data[0] === 0xff && data[1] === 0xd8;
}

const decoder = new TextDecoder();
const decode = (bytes: Uint8Array) => decoder.decode(bytes);
