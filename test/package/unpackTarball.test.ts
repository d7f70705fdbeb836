import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { unpackTarball } from '../support/unpackTarball';

const LONG = `${'deep/'.repeat(40)}${'ü'.repeat(60)}.txt`;
const FILES: Record<string, Buffer> = {
	'package.json': Buffer.from('{ "name": "some-package", "version": "1.0.0" }'),
	'empty.txt': Buffer.alloc(0),
	'block.bin': Buffer.alloc(512, 7),
	[LONG]: Buffer.from('far down'),
};

let scratch: string;
let tarball: string;
let archive: Buffer;
beforeAll(() => {
	scratch = mkdtempSync(path.join(tmpdir(), 'tarball-'));
	const source = path.join(scratch, 'source');
	for (const [name, content] of Object.entries(FILES)) {
		mkdirSync(path.join(source, path.dirname(name)), { recursive: true });
		writeFileSync(path.join(source, name), content);
	}
	const output = execFileSync('npm', ['pack', '--pack-destination', scratch], {
		cwd: source,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	tarball = path.join(scratch, output.trim());
	archive = gunzipSync(readFileSync(tarball));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Unpacks an archive that differs from the one that npm made. */
function unpackChanged(change: (archive: Buffer) => Buffer): void {
	const changed = path.join(scratch, 'changed.tgz');
	writeFileSync(changed, gzipSync(change(Buffer.from(archive))));
	unpackTarball(changed, path.join(scratch, 'changed'));
}

/** Changes the first header of the archive and keeps its check sum right. */
function withHeader(change: (header: Buffer) => void): (archive: Buffer) => Buffer {
	return (whole) => {
		const header = whole.subarray(0, 512);
		change(header);
		header.fill(' ', 148, 156);
		const sum = header.reduce((total, byte) => total + byte, 0);
		header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
		return whole;
	};
}

test('a tarball of npm is unpacked with every file, long names included', () => {
	const folder = path.join(scratch, 'unpacked');
	unpackTarball(tarball, folder);
	for (const [name, content] of Object.entries(FILES)) {
		expect(readFileSync(path.join(folder, name)).equals(content)).toBe(true);
	}
});

test.each<[string, (whole: Buffer) => Buffer, string]>([
	['is cut off', (whole) => whole.subarray(0, 520), 'is cut off'],
	['is damaged', (whole) => (whole.write('X', 3), whole), 'is damaged'],
	['has a link in it', withHeader((header) => header.write('2', 156)), 'an entry of the type "2"'],
	['reaches outside of its folder', withHeader((header) => header.write('package/../../x\0', 0)), 'outside'],
])('a tarball that %s is refused', (_what, change, message) => {
	expect(() => unpackChanged(change)).toThrow(message);
	expect(existsSync(path.join(scratch, 'x'))).toBe(false);
});
