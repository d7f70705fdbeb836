import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { RUNTIMES } from '../../package/runtimes';
import { packageName } from '../../support/builtPackage';

/** A release of Node-RED, and the Node.js that runs it. */
export interface NodeRedVersion {
	version: string;
	/** Path of the binary. */
	node: string;
	/** The script of its command line. */
	script: string;
}

const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');

/** One folder per release, for all checkouts. */
export const folderOf = (version: string) => path.join(cache, packageName, `node-red-${version}`);

/** The oldest release that the package supports, the one that most people run, and the newest. */
export const VERSIONS: NodeRedVersion[] = [
	['3.1.15', process.execPath],
	['4.1.15', process.execPath],
	['5.0.7', nodeOf('24')],
].map(([version, node]) => ({
	version,
	node,
	script: path.join(folderOf(version), 'node_modules/node-red/red.js'),
}));

/** The releases that are installed. */
export const installedVersions = () =>
	VERSIONS.filter(({ node, script }) => existsSync(node) && existsSync(script));

function nodeOf(major: string): string {
	if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
	return (
		RUNTIMES.find(({ name, version }) => name === 'Node.js' && version.startsWith(`${major}.`))?.file ?? ''
	);
}
