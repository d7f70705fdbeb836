import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { packageName } from '../support/builtPackage';

/** A runtime of JavaScript on which the client is tried. */
export interface Runtime {
	name: 'Node.js' | 'Bun' | 'Deno';
	version: string;
	/** Of npm: the package with the binary itself, since others fetch it in an install script. */
	npmPackage: string;
	/** Where the binary is. */
	file: string;
	/** Before the path of a script. */
	args: string[];
}

/** In the user's cache folder, for all checkouts. */
export const runtimesFolder = path.join(
	process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
	packageName,
	'nodes',
);

const isWindows = process.platform === 'win32';
const exe = isWindows ? '.exe' : '';
const folderOf = (name: string, version: string) =>
	path.join(runtimesFolder, 'node_modules', `${name}-${version}`);

function node(version: string): Runtime {
	const platform = isWindows ? 'win' : process.platform;
	return {
		name: 'Node.js',
		version,
		npmPackage: `node-${version}@npm:node-${platform}-${process.arch}@${version}`,
		file: path.join(folderOf('node', version), `bin/node${exe}`),
		args: [],
	};
}

function bun(version: string): Runtime {
	const platform = isWindows ? 'windows' : process.platform;
	const arch = process.arch === 'arm64' ? 'aarch64' : process.arch;
	return {
		name: 'Bun',
		version,
		npmPackage: `bun-${version}@npm:@oven/bun-${platform}-${arch}@${version}`,
		file: path.join(folderOf('bun', version), `bin/bun${exe}`),
		args: ['--no-install'],
	};
}

function deno(version: string): Runtime {
	const suffix = process.platform === 'linux' ? '-glibc' : '';
	return {
		name: 'Deno',
		version,
		npmPackage: `deno-${version}@npm:@deno/${process.platform}-${process.arch}${suffix}@${version}`,
		file: path.join(folderOf('deno', version), `deno${exe}`),
		args: ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual'],
	};
}

/** The oldest Node.js that the client supports, one of each later line, and the two others. */
export const RUNTIMES: Runtime[] = [
	node('20.19.0'),
	node('22.23.5'),
	node('24.22.3'),
	bun('1.4.5'),
	deno('2.9.6'),
];

/** The running Node.js and the runtimes that are installed in the user's cache folder. */
export function availableRuntimes(): Runtime[] {
	const version = process.versions.node;
	const running: Runtime = { name: 'Node.js', version, npmPackage: '', file: process.execPath, args: [] };
	return [running, ...RUNTIMES.filter((one) => one.version !== version && existsSync(one.file))];
}
