import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RUNTIMES, runtimesFolder } from './runtimes';

/** Installs the runtimes on which the client is tried. Needs the network the first time only. */
function installRuntimes(): void {
	if (RUNTIMES.every(({ file }) => existsSync(file))) return;
	mkdirSync(runtimesFolder, { recursive: true });
	writeFileSync(path.join(runtimesFolder, 'package.json'), '{ "private": true }\n');
	const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
	for (const { npmPackage } of RUNTIMES) {
		try {
			execFileSync('npm', [...args, npmPackage], { cwd: runtimesFolder, stdio: 'inherit' });
		} catch {
			console.warn(`${npmPackage} cannot be installed here; its row stays as it is.`);
		}
	}
}

installRuntimes();
