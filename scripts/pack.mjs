// Packs all packages as npm would publish them into tarballs/, for the checks of their size. Needs a build.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const target = path.join(root, 'tarballs');

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
const args = ['pack', '--json', '--workspaces', '--include-workspace-root', '--pack-destination', target];
const packed = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }));
for (const { filename, size, unpackedSize, entryCount } of packed) {
	const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
	console.log(`${filename}: ${kilobytes(size)}, ${entryCount} files, ${kilobytes(unpackedSize)} unpacked`);
}
