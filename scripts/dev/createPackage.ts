import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

interface Manifest {
	name: string;
	version: string;
	n8n: object;
}

/**
 * Creates the package's folder where n8n keeps community packages, all but the compiled files. n8n watches the
 * whole folder, so it holds nothing but what n8n loads.
 * @param home the folder that `N8N_USER_FOLDER` names
 * @returns the folder for the compiled files
 */
export function createPackage(home: string): string {
	const { name, version, n8n } = JSON.parse(
		readFileSync(path.join(root, 'package.json'), 'utf8'),
	) as Manifest;
	const nodes = path.join(home, '.n8n/nodes');
	const folder = path.join(nodes, 'node_modules', name);
	rmSync(path.join(nodes, 'node_modules'), { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	writeJson(path.join(folder, 'package.json'), { name, version, n8n });
	writeJson(path.join(nodes, 'package.json'), {
		name: 'installed-nodes',
		private: true,
		dependencies: { [name]: version },
	});
	cpSync(path.join(root, 'icons'), path.join(folder, 'dist/icons'), { recursive: true });
	return path.join(folder, 'dist');
}

function writeJson(file: string, content: object): void {
	writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}
