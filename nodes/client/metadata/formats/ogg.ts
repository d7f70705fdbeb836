import { EndOfFile, type ByteReader } from '../ByteReader';
import { characters, joined, spells, uint32Little } from '../binary';
import { withinBounds, type EmbeddedTexts } from '../EmbeddedTexts';
import { readVorbisComment } from './vorbisComment';

const PAGE_HEADER_LENGTH = 27;
const CONTINUES = 0x01;
const MAX_STREAMS = 32;
/** Identification, comments, one more with Vorbis; FLAC has a packet for every block of metadata. */
const HEADER_PACKETS = 16;

/** Before the comments stands what they belong to. */
const COMMENT_PACKETS = ['OpusTags', '\u0003vorbis', '\u0081theora'];
/** In Ogg FLAC every packet is a block of FLAC with its header: seven bits of type, 24 of length. */
const FLAC_COMMENT = 4;
const FLAC_HEADER_LENGTH = 4;

/** A packet that goes on on the next page. */
interface Stream {
	parts: Uint8Array[];
	length: number;
	packets: number;
	isFlac: boolean;
}

/** Ogg with Opus, Vorbis or FLAC: the second packet holds the comments, and may fill several pages. */
export async function readOgg(file: ByteReader, found: EmbeddedTexts): Promise<void> {
	const streams = new Map<number, Stream>();
	while (!found.any && !(await file.atEnd())) {
		const header = await file.need(PAGE_HEADER_LENGTH);
		if (!spells(header, 'OggS')) throw new EndOfFile();
		const table = await file.need(header[26]);
		const body = await file.need(table.reduce((sum, length) => sum + length, 0));
		const serial = uint32Little(header, 14);
		const stream = streams.get(serial) ?? { parts: [], length: 0, packets: 0, isFlac: false };
		streams.set(serial, stream);
		if ((header[5] & CONTINUES) === 0) Object.assign(stream, { parts: [], length: 0 });
		readPage(table, body, stream, found);
		withinBounds([...streams.values()].reduce((sum, { length }) => sum + length, 0));
		if (stream.packets >= HEADER_PACKETS || streams.size > MAX_STREAMS) return;
	}
}

/** Puts packets together from the segments of a page; one shorter than 255 bytes ends a packet. */
function readPage(table: Uint8Array, body: Uint8Array, stream: Stream, found: EmbeddedTexts): void {
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

function readPacket(parts: Uint8Array[], stream: Stream, found: EmbeddedTexts): void {
	const packet = joined(parts);
	if (stream.packets === 0) stream.isFlac = spells(packet, '\u007fFLAC');
	if (stream.isFlac) {
		if ((packet[0] & 0x7f) === FLAC_COMMENT) readVorbisComment(packet.subarray(FLAC_HEADER_LENGTH), found);
		return;
	}
	const start = characters(packet, 0, 8);
	const sign = COMMENT_PACKETS.find((known) => start.startsWith(known));
	if (sign) readVorbisComment(packet.subarray(sign.length), found);
}
