import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NODE_VERSIONS, nodeBinary, nodesFolder } from './nodes';

/** Installs the versions of Node.js on which the client is tried. Needs the network the first time only. */
function installNodes(): void {
	if (NODE_VERSIONS.every((version) => existsSync(nodeBinary(version)))) return;
	const platform = process.platform === 'win32' ? 'win' : process.platform;
	// The packages with the binaries themselves: the package "node" fetches them in an install script.
	const wanted = NODE_VERSIONS.map(
		(version) => `node-${version}@npm:node-${platform}-${process.arch}@${version}`,
	);
	mkdirSync(nodesFolder, { recursive: true });
	writeFileSync(path.join(nodesFolder, 'package.json'), '{ "private": true }\n');
	const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...wanted];
	execFileSync('npm', args, { cwd: nodesFolder, stdio: 'inherit' });
}

installNodes();
