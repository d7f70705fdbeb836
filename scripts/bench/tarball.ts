import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { report } from './setup';

/** What users download. */
const root = path.resolve(__dirname, '../..');
const [pack] = JSON.parse(
	execFileSync('npm', ['pack', '--dry-run', '--json'], {
		cwd: root,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	}),
) as Array<{ size: number; unpackedSize: number; entryCount: number }>;
report(
	`${(pack.size / 1000).toFixed(1)} kB, ${pack.entryCount} files, ${(pack.unpackedSize / 1000).toFixed(1)} kB unpacked (aim: at most 300 kB)`,
);
