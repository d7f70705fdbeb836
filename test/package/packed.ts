import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unpackTarball } from '../support/unpackTarball';

export const root = path.resolve(__dirname, '../..');

/** The package as npm would publish it, unpacked where nothing else can be resolved. */
export interface Packed {
	/** Holds the package's files. */
	folder: string;
	files: string[];
	remove(): void;
}

/** Packs the built package and unpacks it as `<temp>/node_modules/n8n-nodes-comfyui`. */
export function pack(): Packed {
	const scratch = mkdtempSync(path.join(tmpdir(), 'n8n-nodes-comfyui-'));
	const folder = path.join(scratch, 'node_modules/n8n-nodes-comfyui');
	const output = execFileSync('npm', ['pack', '--json', '--pack-destination', scratch], {
		cwd: root,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [{ filename }] = JSON.parse(output) as Array<{ filename: string }>;
	unpackTarball(path.join(scratch, filename), folder);
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) =>
		file.replaceAll('\\', '/'),
	);
	return { folder, files, remove: () => rmSync(scratch, { recursive: true, force: true }) };
}
