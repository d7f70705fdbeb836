import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const root = path.resolve(__dirname, '../..');

/** The package as npm would publish it, unpacked where nothing else can be resolved. */
export interface Packed {
	/** Holds the package's files. */
	folder: string;
	files: string[];
	remove(): void;
}

/** Packs the built package and unpacks it as `<temp>/node_modules/n8n-nodes-comfyui-workflows`. */
export function pack(): Packed {
	const scratch = mkdtempSync(path.join(tmpdir(), 'n8n-nodes-comfyui-workflows-'));
	const folder = path.join(scratch, 'node_modules/n8n-nodes-comfyui-workflows');
	const output = execFileSync('npm', ['pack', '--json', '--pack-destination', scratch], {
		cwd: root,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [{ filename }] = JSON.parse(output) as Array<{ filename: string }>;
	execFileSync('mkdir', ['-p', folder]);
	execFileSync('tar', ['-xzf', path.join(scratch, filename), '-C', folder, '--strip-components=1']);
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) =>
		file.replaceAll('\\', '/'),
	);
	return { folder, files, remove: () => rmSync(scratch, { recursive: true, force: true }) };
}
