import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { binary } from '../../test/cli/support/cli';
import { peakOf, startFileServer } from '../../test/cli/support/fileServer';
import { median, mib, ms, report } from './setup';

const ROUNDS = 15;
const FILE_BYTES = 1024 ** 3;

/** The start of the command line, and the memory that a large file to stdout takes. */
async function main(): Promise<void> {
	const time = (...args: string[]) => {
		const start = performance.now();
		execFileSync(process.execPath, args);
		return performance.now() - start;
	};
	const rounds = Array.from({ length: ROUNDS }, () => [time('-e', '0'), time(binary, '--version')]);
	const [bare, version] = [0, 1].map((index) => median(rounds.map((round) => round[index])));
	const server = await startFileServer();
	const [withFile, withoutFile] = [await peakOf(server, FILE_BYTES), await peakOf(server, 1)];
	server.close();
	report(
		`comfyui --version: ${ms(version)}, node -e 0: ${ms(bare)} (medians of ${ROUNDS})`,
		`ratio: ${(version / bare).toFixed(2)} (aim: within 1.5)`,
		`a file of 1 GiB to stdout: ${mib(withFile - withoutFile)} more than a file of 1 byte (aim: within 64 MiB)`,
	);
}

void main();
