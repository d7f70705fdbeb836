/**
 * Small files that are of their type as far as signatures and headers go. The metadata stands where
 * the real files have it, so that readers of metadata find it.
 */

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}

function box(type: string, ...content: Buffer[]): Buffer {
	const body = Buffer.concat(content);
	return Buffer.concat([uint32(8 + body.length), Buffer.from(type, 'latin1'), body]);
}

/** MP4: moov, meta with `mdta` keys and their values. */
export function mp4(texts: Record<string, string>): Buffer {
	const names = Object.keys(texts);
	const keys = names.map((name) => box('mdta', Buffer.from(name)));
	const items = names.map((name, index) => {
		const value = Buffer.concat([uint32(1), uint32(0), Buffer.from(texts[name] ?? '')]);
		const data = box('data', value);
		return Buffer.concat([uint32(8 + data.length), uint32(index + 1), data]);
	});
	const handler = box('hdlr', uint32(0), uint32(0), Buffer.from('mdta'), Buffer.alloc(13));
	const keyBox = box('keys', uint32(0), uint32(names.length), ...keys);
	return Buffer.concat([
		box('ftyp', Buffer.from('isom'), uint32(512), Buffer.from('isomiso2avc1mp41')),
		box('moov', box('meta', uint32(0), handler, keyBox, box('ilst', ...items))),
		box('mdat', Buffer.alloc(64)),
	]);
}

function littleEndian(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
}

function comment(text: string): Buffer {
	const bytes = Buffer.from(text);
	return Buffer.concat([littleEndian(bytes.length), bytes]);
}

/** FLAC: STREAMINFO, then Vorbis comments such as `prompt={...}`. */
export function flac(texts: Record<string, string>): Buffer {
	const entries = Object.entries(texts).map(([name, text]) => comment(`${name}=${text}`));
	const comments = Buffer.concat([comment('little'), littleEndian(entries.length), ...entries]);
	const header = uint32(comments.length);
	header[0] = 0x84;
	return Buffer.concat([Buffer.from('fLaC'), uint32(34), Buffer.alloc(34), header, comments]);
}

/** GLB with the metadata in `asset.extras`. */
export function glb(texts: Record<string, string>): Buffer {
	const json = JSON.stringify({ asset: { version: '2.0', extras: texts } });
	const body = Buffer.from(json.padEnd(Math.ceil(json.length / 4) * 4));
	const chunk = Buffer.concat([littleEndian(body.length), Buffer.from('JSON'), body]);
	return Buffer.concat([Buffer.from('glTF'), littleEndian(2), littleEndian(12 + chunk.length), chunk]);
}

export function mp3(): Buffer {
	return Buffer.concat([
		Buffer.from('ID3\u0004\u0000\u0000\u0000\u0000\u0000\u0000', 'latin1'),
		Buffer.alloc(64),
	]);
}

export function ogg(): Buffer {
	return Buffer.concat([Buffer.from('OggS'), Buffer.alloc(24), Buffer.from('OpusHead'), Buffer.alloc(32)]);
}

export function gif(): Buffer {
	return Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
}
