#!/usr/bin/env node
/** The program. It answers `--version` without loading anything else, because scripts ask for it first. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const [argument, ...others] = process.argv.slice(2);

if (others.length === 0 && (argument === '--version' || argument === '-V')) {
	const { version } = JSON.parse(readFileSync(path.join(__dirname, '../package.json'), 'utf8')) as {
		version: string;
	};
	process.stdout.write(`${version}\n`);
} else {
	void import('./main').then(async ({ main }) => await main());
}
