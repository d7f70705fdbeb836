import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageName } from '../../support/builtPackage';
import { unpackTarball } from '../../support/unpackTarball';

const root = path.resolve(__dirname, '../../..');

/** Packs the built package as npm would publish it. @returns the path of the tarball */
export function pack(target: string): string {
	if (process.env.E2E_TARBALL) return path.resolve(process.env.E2E_TARBALL);
	const output = execFileSync('npm', ['pack', '--json', '--pack-destination', target], {
		cwd: root,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [{ filename }] = JSON.parse(output) as Array<{ filename: string }>;
	return path.join(target, filename);
}

/**
 * Installs a tarball into the folder of an n8n as its community package manager does: unpacked below
 * `nodes/`, dependencies other than plain ones struck out, listed in the manager's own package.json.
 * @param home the folder that `N8N_USER_FOLDER` names
 */
export function installInto(home: string, tarball: string): void {
	const nodes = path.join(home, '.n8n/nodes');
	const target = path.join(nodes, 'node_modules', packageName);
	rmSync(target, { recursive: true, force: true });
	mkdirSync(target, { recursive: true });
	unpackTarball(tarball, target);
	const file = path.join(target, 'package.json');
	const { devDependencies, peerDependencies, optionalDependencies, ...kept } = readJson(file);
	void [devDependencies, peerDependencies, optionalDependencies];
	writeFileSync(file, JSON.stringify(kept, null, 2));
	const ledger = { name: 'installed-nodes', private: true, dependencies: { [packageName]: kept.version } };
	writeFileSync(path.join(nodes, 'package.json'), JSON.stringify(ledger, null, 2));
}

function readJson(file: string): Record<string, unknown> {
	return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}
