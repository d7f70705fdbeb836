import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unpackTarball } from '../support/unpackTarball';

export const root = path.resolve(__dirname, '../..');
export const clientFolder = path.join(root, 'packages/client');

/** The parts of a package.json that the tests read. */
export interface PackageJson {
	name: string;
	version: string;
	homepage: string;
	dependencies?: Record<string, string>;
	devDependencies?: Record<string, string>;
	peerDependencies?: Record<string, string>;
	[key: string]: unknown;
}

export function readPackageJson(folder: string): PackageJson {
	return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as PackageJson;
}

/** A package as npm publishes it, unpacked where nothing else can be resolved. */
export interface Packed {
	/** The folder of the user: the package is in its `node_modules`. */
	home: string;
	/** Holds the package's files. */
	folder: string;
	/** Relative paths of the files, in order. */
	files: string[];
	/** The package.json that npm publishes. */
	manifest: PackageJson;
	/** Bytes of the tarball. */
	size: number;
	remove(): void;
}

/**
 * Packs a built package and unpacks it as `<temp>/node_modules/<name>`.
 * @param source the folder of the package
 * @param options.withDependencies also copies its dependencies there, from the `node_modules` of the repository
 */
export function pack(source = root, { withDependencies = false } = {}): Packed {
	const home = mkdtempSync(path.join(tmpdir(), 'packed-'));
	const output = execFileSync('npm', ['pack', '--json', '--pack-destination', home], {
		cwd: source,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [{ filename, name, size }] = JSON.parse(output) as Array<{
		filename: string;
		name: string;
		size: number;
	}>;
	const folder = path.join(home, 'node_modules', name);
	unpackTarball(path.join(home, filename), folder);
	const manifest = readPackageJson(folder);
	if (withDependencies) {
		for (const dependency of Object.keys(manifest.dependencies ?? {}))
			cpSync(path.join(root, 'node_modules', dependency), path.join(home, 'node_modules', dependency), {
				recursive: true,
			});
	}
	const files = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name: file }) =>
			path.relative(folder, path.join(parentPath, file)).replaceAll('\\', '/'),
		)
		.sort();
	return {
		home,
		folder,
		files,
		manifest,
		size,
		remove: () => rmSync(home, { recursive: true, force: true }),
	};
}
