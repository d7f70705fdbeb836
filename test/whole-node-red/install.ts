import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { folderOf, VERSIONS } from './support/versions';

/** Installs the releases of Node-RED that the package is tried on. Needs the network the first time only. */
for (const { version, script } of VERSIONS) {
	if (existsSync(script)) continue;
	const folder = folderOf(version);
	mkdirSync(folder, { recursive: true });
	writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
	const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
	execFileSync('npm', [...args, `node-red@${version}`], { cwd: folder, stdio: 'inherit' });
}
