import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/**
 * Unpacks a tarball that npm made, without the program `tar`, which not every system has. Like npm it leaves out the
 * first folder of every path (`package/`).
 * @throws Error for what no package contains (links, devices), for a path outside the folder and for a damaged file
 */
export function unpackTarball(tarball: string, folder: string): void {
	for (const { name, content } of filesIn(gunzipSync(readFileSync(tarball)))) {
		const file = path.join(folder, ...name.split('/').slice(1));
		if (path.relative(folder, file).startsWith('..')) throw new Error(`The tarball reaches outside: ${name}`);
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, content);
	}
}

/** The files of a tar archive, by the formats ustar and pax (long names). */
function* filesIn(archive: Buffer): Iterable<{ name: string; content: Buffer }> {
	let longName: string | undefined;
	for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
		const header = archive.subarray(at, at + BLOCK);
		assertWhole(header);
		const size = parseInt(text(header, 124, 12), 8);
		const content = archive.subarray(at + BLOCK, at + BLOCK + size);
		if (content.length < size) throw new Error('The tarball is cut off.');
		at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
		const type = text(header, 156, 1) || '0';
		if (type === 'x') longName = paxPath(content);
		else if (type === '0') yield { name: longName ?? ustarName(header), content };
		else if (type !== '5' && type !== 'g') throw new Error(`The tarball has an entry of the type "${type}".`);
		if (type !== 'x') longName = undefined;
	}
}

function ustarName(header: Buffer): string {
	return [text(header, 345, 155), text(header, 0, 100)].filter(Boolean).join('/');
}

/** The path in a pax header: records of the form `<length> <key>=<value>\n`, the length in bytes and of all of it. */
function paxPath(content: Buffer): string | undefined {
	for (let at = 0; at < content.length; ) {
		const length = parseInt(content.toString('latin1', at, at + 20), 10);
		const record = content.toString('utf8', at, at + length);
		const [, key, value] = /^\d+ ([^=]+)=(.*)\n$/s.exec(record) ?? [];
		if (key === undefined) throw new Error('The tarball has a damaged pax header.');
		if (key === 'path') return value;
		at += length;
	}
	return undefined;
}

function assertWhole(header: Buffer): void {
	const blank = Buffer.from(header);
	blank.fill(' ', 148, 156);
	const sum = blank.reduce((total, byte) => total + byte, 0);
	if (sum !== parseInt(text(header, 148, 8), 8)) throw new Error('The tarball is damaged.');
}

/** A text field, which ends with the first NUL or with its length. */
function text(header: Buffer, at: number, length: number): string {
	return header.toString('utf8', at, at + length).replace(/\0.*$/s, '');
}
