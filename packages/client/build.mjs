// Builds the client out of nodes/client: CommonJS by the compiler, one self-contained file of declarations by API
// Extractor, and an ES module that re-exports the CommonJS one, so that `import` and `require` share one instance.
//
//   node build.mjs              builds; leaves the API report alone
//   node build.mjs --api        builds and renews the API report, etc/*.api.md
//   node build.mjs --api-check  builds and fails when the API report is not that of the sources
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const require = createRequire(import.meta.url);
const folder = import.meta.dirname;
const dist = path.join(folder, 'dist');
const [mode] = process.argv.slice(2);
const SILENT = ['console-preamble', 'console-compiler-version-notice', 'console-api-report-not-copied'];

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' });
writeDeclarations();
writeModule();

function writeDeclarations() {
	const file = path.join(folder, 'api-extractor.json');
	const configObject = ExtractorConfig.loadFile(file);
	configObject.apiReport.enabled = mode !== undefined;
	// The report lists the types that the surface uses and does not export; without it they would be printed.
	if (!mode) configObject.messages.extractorMessageReporting['ae-forgotten-export'].logLevel = 'none';
	const config = ExtractorConfig.prepare({
		configObject,
		configObjectFullPath: file,
		packageJsonFullPath: path.join(folder, 'package.json'),
	});
	const { succeeded, apiReportChanged } = Extractor.invoke(config, {
		localBuild: mode === '--api',
		messageCallback: (message) => {
			if (SILENT.includes(message.messageId)) message.logLevel = 'none';
		},
	});
	rmSync(path.join(dist, 'types'), { recursive: true });
	const isStale = mode === '--api-check' && apiReportChanged;
	if (isStale)
		console.error('The public surface differs from its report: run "npm run api" and commit the report.');
	if (!succeeded || isStale) process.exit(1);
}

function writeModule() {
	const names = Object.keys(require(path.join(dist, 'index.js'))).sort();
	writeFileSync(
		path.join(dist, 'index.mjs'),
		`import client from './index.js';\n\nexport const {\n${names.map((name) => `\t${name},\n`).join('')}} = client;\n`,
	);
	writeFileSync(path.join(dist, 'index.d.mts'), "export * from './index.js';\n");
}
