import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Programs that a test needs and that npm does not bring; undefined when they are not installed. */
export const programs = {
	chromium: process.env.CHROMIUM_PATH || find('chromium', 'chromium-browser', 'google-chrome'),
	redis: process.env.REDIS_PATH || find('redis-server', 'valkey-server'),
	postgres: process.env.POSTGRES_PATH || find('postgres'),
};

/** `describe` where the programs are installed; elsewhere the tests are skipped, and a line says why. */
export function describeWith(...needed: Array<keyof typeof programs>): typeof describe.skip {
	const missing = needed.filter((name) => !programs[name]);
	if (missing.length === 0) return describe;
	const file = path.basename(expect.getState().testPath ?? '');
	process.stderr.write(`Skipped for want of ${missing.join(' and ')}: ${file}\n`);
	return describe.skip;
}

function find(...names: string[]): string | undefined {
	const folders = (process.env.PATH ?? '').split(path.delimiter);
	return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
