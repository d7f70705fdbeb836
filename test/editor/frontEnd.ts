import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { packageName } from '../support/builtPackage';

/** ComfyUI's editor as PyPI has it. */
const PACKAGE = 'comfyui-frontend-package';
const PYTHON = process.env.PYTHON_PATH || 'python3';

/** A version of the editor on this machine. */
export interface FrontEnd {
	version: string;
	/** Folder of `index.html`. */
	folder: string;
}

/**
 * Downloads the editor into the user's cache folder. Needs Python with pip; the network only for a new version.
 * @param wanted `1.58.1`, or `1.58` for its newest patch release
 */
export function installFrontEnd(wanted: string): FrontEnd {
	if (!/^\d+\.\d+(\.\d+)?$/.test(wanted))
		throw new Error(`"${wanted}" is not a version, such as 1.58 or 1.58.1.`);
	const isExact = wanted.split('.').length === 3;
	const cache = path.join(
		process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
		packageName,
		'editor',
	);
	const known = isExact ? frontEndIn(cache, wanted) : undefined;
	if (known) return known;
	const downloads = path.join(cache, 'downloads');
	mkdirSync(downloads, { recursive: true });
	const release = isExact ? `==${wanted}` : `~=${wanted}.0`;
	const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', downloads, `${PACKAGE}${release}`];
	execFileSync(PYTHON, args, { stdio: ['ignore', 'inherit', 'inherit'] });
	const { file, version } = newestIn(downloads, wanted);
	const found = frontEndIn(cache, version);
	if (found) return found;
	const target = path.join(cache, version);
	rmSync(target, { recursive: true, force: true });
	execFileSync(PYTHON, ['-m', 'zipfile', '-e', path.join(downloads, file), target]);
	const installed = frontEndIn(cache, version);
	if (!installed) throw new Error(`${file} has no index.html in the place where it is expected.`);
	return installed;
}

function frontEndIn(cache: string, version: string): FrontEnd | undefined {
	const folder = path.join(cache, version, 'comfyui_frontend_package/static');
	return existsSync(path.join(folder, 'index.html')) ? { version, folder } : undefined;
}

/** The downloaded release with the highest patch number. */
function newestIn(downloads: string, wanted: string): { file: string; version: string } {
	const releases = readdirSync(downloads).flatMap((file) => {
		const version = /^comfyui_frontend_package-(\d+\.\d+\.\d+)-/.exec(file)?.[1];
		return version === wanted || version?.startsWith(`${wanted}.`) ? [{ file, version }] : [];
	});
	const patch = ({ version }: { version: string }) => Number(version.split('.')[2]);
	const [newest] = releases.sort((a, b) => patch(b) - patch(a));
	if (!newest) throw new Error(`pip downloaded no release ${wanted} of ${PACKAGE}.`);
	return newest;
}
