// n8n's package scanner, run the way n8n runs it before it lists a package: once over the source and
// once over the tarball as npm would publish it. Needs a build.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { analyzePackage, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs';

const root = path.resolve(import.meta.dirname, '..');
const scratch = mkdtempSync(path.join(tmpdir(), 'scan-'));
let failed = false;

const scan = async (what, folder, patterns) => {
	const result = await analyzePackage(folder, patterns);
	console.log(`${what}: ${result.passed ? 'no findings' : result.message}`);
	if (result.details) console.log(result.details);
	failed ||= !result.passed;
};

try {
	await scan('source', root, SOURCE_FILE_PATTERNS);
	const [{ filename }] = JSON.parse(
		execFileSync('npm', ['pack', '--json', '--pack-destination', scratch], { cwd: root, encoding: 'utf8' }),
	);
	execFileSync('tar', ['-xzf', path.join(scratch, filename), '-C', scratch]);
	await scan('tarball', path.join(scratch, 'package'));
} finally {
	rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
