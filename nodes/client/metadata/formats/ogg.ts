import { EndOfFile, type ByteReader } from '../ByteReader';
import { latin1, concatBytes, hasText, uint32Little } from '../binary';
import { requireMaxLength, type MetadataTexts } from '../MetadataTexts';
import { readVorbisComment } from './flac';

const PAGE_HEADER_LENGTH = 27;
const CONTINUES = 0x01;
const MAX_STREAMS = 32;
/** Opus has two header packets, Vorbis three; FLAC has one per metadata block. */
const HEADER_PACKETS = 16;

/** Signatures of comment packets. */
const COMMENT_PACKETS = ['OpusTags', '\u0003vorbis', '\u0081theora'];
/** In Ogg FLAC every packet is a FLAC metadata block with its header: 7 bits of type, 24 of length. */
const FLAC_COMMENT = 4;
const FLAC_HEADER_LENGTH = 4;

/** A packet that continues on the next page. */
interface Stream {
	parts: Uint8Array[];
	length: number;
	packets: number;
	isFlac: boolean;
}

/** Ogg with Opus, Vorbis or FLAC: the second packet holds the comments, and may span several pages. */
export async function readOgg(file: ByteReader, found: MetadataTexts): Promise<void> {
	const streams = new Map<number, Stream>();
	while (!found.any && !(await file.atEnd())) {
		const header = await file.read(PAGE_HEADER_LENGTH);
		if (!hasText(header, 'OggS')) throw new EndOfFile();
		const table = await file.read(header[26]);
		const body = await file.read(table.reduce((sum, length) => sum + length, 0));
		const serial = uint32Little(header, 14);
		const stream = streams.get(serial) ?? { parts: [], length: 0, packets: 0, isFlac: false };
		streams.set(serial, stream);
		if ((header[5] & CONTINUES) === 0) Object.assign(stream, { parts: [], length: 0 });
		readPage(table, body, stream, found);
		requireMaxLength([...streams.values()].reduce((sum, { length }) => sum + length, 0));
		if (stream.packets >= HEADER_PACKETS || streams.size > MAX_STREAMS) return;
	}
}

/** Joins the segments of a page into packets; a segment shorter than 255 bytes ends a packet. */
function readPage(table: Uint8Array, body: Uint8Array, stream: Stream, found: MetadataTexts): void {
	let start = 0;
	let at = 0;
	for (const length of table) {
		at += length;
		if (length === 255) continue;
		readPacket([...stream.parts, body.subarray(start, at)], stream, found);
		Object.assign(stream, { parts: [], length: 0, packets: stream.packets + 1 });
		start = at;
	}
	if (start === at) return;
	stream.length += at - start;
	stream.parts.push(body.slice(start, at));
}

function readPacket(parts: Uint8Array[], stream: Stream, found: MetadataTexts): void {
	const packet = concatBytes(parts);
	if (stream.packets === 0) stream.isFlac = hasText(packet, '\u007fFLAC');
	if (stream.isFlac) {
		if ((packet[0] & 0x7f) === FLAC_COMMENT) readVorbisComment(packet.subarray(FLAC_HEADER_LENGTH), found);
		return;
	}
	const start = latin1(packet, 0, 8);
	const signature = COMMENT_PACKETS.find((known) => start.startsWith(known));
	if (signature) readVorbisComment(packet.subarray(signature.length), found);
}
