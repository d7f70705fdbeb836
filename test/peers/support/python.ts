import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageName } from '../../support/builtPackage';

/** The software of Comfy.org that the tests run, with versions: a newer one may behave differently. */
const PACKAGES = ['comfy-api-proxy==0.1.6', 'comfy-sdk==0.5.0'];
const OLDEST_PYTHON = 10;
const INSTALL_WITHIN_MS = 180_000;

const folder = path.join(
	tmpdir(),
	[`${packageName}-peers`, ...PACKAGES.map((name) => name.replace('==', '-'))].join('-'),
);
const windows = process.platform === 'win32';

/** A program of the virtual environment. */
export function venvProgram(name: string): string {
	return path.join(folder, windows ? `Scripts/${name}.exe` : `bin/${name}`);
}

/**
 * Installs the packages into a virtual environment in the temporary folder, unless they are there.
 * @returns why they cannot be installed; undefined when they are installed
 */
export function installPeers(): string | undefined {
	const isInstalled = ['comfy-api-proxy', 'python'].every((name) => existsSync(venvProgram(name)));
	if (isInstalled && runs(venvProgram('python'), ['-c', 'import comfy_api_proxy, comfy_sdk']))
		return undefined;
	const names = ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
	const python = names.find((name) =>
		runs(name, ['-c', `import sys, venv; sys.exit(sys.version_info < (3, ${OLDEST_PYTHON}))`]),
	);
	if (!python) return `Python 3.${OLDEST_PYTHON} or later with the module venv is not installed`;
	if (!runs(python, ['-m', 'venv', folder])) return 'Python cannot make a virtual environment';
	const pip = [
		'-m',
		'pip',
		'install',
		'--quiet',
		'--disable-pip-version-check',
		'--retries',
		'1',
		...PACKAGES,
	];
	const { status, stderr } = spawnSync(venvProgram('python'), pip, {
		encoding: 'utf8',
		timeout: INSTALL_WITHIN_MS,
	});
	if (status === 0) return undefined;
	const reason = stderr.trim().split('\n').at(-1)?.slice(0, 200);
	return `${PACKAGES.join(' and ')} cannot be installed from the package index: ${reason || 'no answer'}`;
}

function runs(program: string, args: string[]): boolean {
	return spawnSync(program, args, { stdio: 'ignore', timeout: INSTALL_WITHIN_MS }).status === 0;
}
