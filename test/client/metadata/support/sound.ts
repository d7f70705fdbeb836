import { big32, latin1, little32 } from './numbers';
import type { Texts } from './texts';

const counted = (bytes: Buffer) => Buffer.concat([little32(bytes.length), bytes]);

function vorbisComment(texts: Texts): Buffer {
	const comments = Object.entries(texts).map(([key, text]) => counted(Buffer.from(`${key}=${text}`)));
	return Buffer.concat([counted(latin1('Lavf')), little32(comments.length), ...comments]);
}

const block = (type: number, isLast: boolean, data: Buffer) => {
	const header = big32(data.length);
	header[0] = type | (isLast ? 0x80 : 0);
	return Buffer.concat([header, data]);
};

export const flac = (texts: Texts) =>
	Buffer.concat([
		latin1('fLaC'),
		block(0, false, Buffer.alloc(34)),
		block(1, false, Buffer.alloc(20)),
		block(4, true, vorbisComment(texts)),
		Buffer.alloc(30, 0xff),
	]);

/** Cuts packets into pages of at most `most` segments of 255 bytes. */
export function oggPages(packets: Buffer[], most = 255, serial = 7): Buffer[] {
	const segments = packets.flatMap((packet) => {
		const whole = Math.floor(packet.length / 255);
		return Array.from({ length: whole + 1 }, (_, index) => packet.subarray(index * 255, (index + 1) * 255));
	});
	const pages: Buffer[] = [];
	for (let at = 0; at < segments.length; at += most) {
		const own = segments.slice(at, at + most);
		const continues = at > 0 && segments[at - 1].length === 255;
		pages.push(
			Buffer.concat([
				latin1('OggS'),
				Buffer.from([0, (continues ? 1 : 0) | (at === 0 ? 2 : 0)]),
				Buffer.alloc(8),
				little32(serial),
				little32(pages.length),
				little32(0),
				Buffer.from([own.length, ...own.map(({ length }) => length)]),
				...own,
			]),
		);
	}
	return pages;
}

const opusHead = Buffer.concat([latin1('OpusHead'), Buffer.alloc(11)]);
export const opusPackets = (texts: Texts) => [
	opusHead,
	Buffer.concat([latin1('OpusTags'), vorbisComment(texts)]),
	Buffer.alloc(60, 1),
];

export const opus = (texts: Texts) => Buffer.concat(oggPages(opusPackets(texts), 2));

export const vorbis = (texts: Texts) =>
	Buffer.concat(
		oggPages([
			Buffer.concat([latin1('\u0001vorbis'), Buffer.alloc(23)]),
			Buffer.concat([latin1('\u0003vorbis'), vorbisComment(texts), Buffer.from([1])]),
			Buffer.concat([latin1('\u0005vorbis'), Buffer.alloc(100)]),
		]),
	);

export const oggFlac = (texts: Texts) =>
	Buffer.concat(
		oggPages([
			Buffer.concat([latin1('\u007fFLAC\u0001\0\0\u0001fLaC'), block(0, false, Buffer.alloc(34))]),
			block(1, false, Buffer.alloc(20)),
			block(4, true, vorbisComment(texts)),
		]),
	);
