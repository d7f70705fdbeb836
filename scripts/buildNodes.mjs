// Builds the n8n package into dist/: the files that package.json lists for n8n, and shared chunks of what these load
// at start or when it is first used. One file for each source file would make the package half as large again.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, transform } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');

/** The same code as CommonJS, which esbuild cannot split into chunks itself. All names stay, for readable errors. */
async function toCommonJs(file) {
	const { code } = await transform(readFileSync(file, 'utf8'), {
		format: 'cjs',
		platform: 'node',
		target: 'es2022',
		supported: { 'dynamic-import': false }, // require() in its place: one loader for all files
		charset: 'utf8',
		minifyWhitespace: true,
		minifySyntax: true,
		lineLimit: 1000,
	});
	writeFileSync(file, code);
}

const { n8n } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const { metafile } = await build({
	absWorkingDir: root,
	entryPoints: [...n8n.nodes, ...n8n.credentials].map((file) => file.replace(/^dist\/(.*)\.js$/, '$1.ts')),
	outdir: 'dist',
	outbase: '.',
	bundle: true,
	splitting: true,
	chunkNames: 'nodes/chunks/[hash]',
	format: 'esm',
	platform: 'node',
	target: 'es2022',
	packages: 'external',
	charset: 'utf8',
	legalComments: 'none',
	metafile: true,
	logLevel: 'warning',
});
for (const file of Object.keys(metafile.outputs)) await toCommonJs(path.join(root, file));
