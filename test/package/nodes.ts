import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { packageName } from '../support/builtPackage';

/** The versions of Node.js on which the client is tried: the oldest that it supports, and one of each later line. */
export const NODE_VERSIONS = ['20.19.0', '22.23.5', '24.22.3'];

/** In the user's cache folder, for all checkouts. */
export const nodesFolder = path.join(
	process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
	packageName,
	'nodes',
);

/** Where a version is, once it is installed. */
export function nodeBinary(version: string): string {
	const inPackage = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
	return path.join(nodesFolder, 'node_modules', `node-${version}`, inPackage);
}

/** The running Node.js and those that are installed in the user's cache folder: `[version, path of the binary]`. */
export function availableNodes(): Array<[version: string, file: string]> {
	const others = NODE_VERSIONS.filter((version) => version !== process.versions.node)
		.map((version): [string, string] => [version, nodeBinary(version)])
		.filter(([, file]) => existsSync(file));
	return [[process.versions.node, process.execPath], ...others];
}
