// Builds the n8n package into dist/: the files that package.json lists for n8n, and shared chunks of what these load
// at start or when it is first used. One file for each source file would make the package half as large again.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, transform } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');

/**
 * The same code as CommonJS, which esbuild cannot split into chunks itself. Its own translation keeps live bindings and
 * marks of ES modules, which nothing here needs and which make a twentieth of the package. All names stay, for
 * readable errors.
 */
async function toCommonJs(file, { imports }) {
	const found = { 'import-statement': 0, 'dynamic-import': 0 };
	const module = readFileSync(file, 'utf8')
		.replace(/^import (?:\{([^}]*)\} from )?("[^"]+");$/gm, (_, names, from) => {
			found['import-statement']++;
			// Without names it only keeps an order of loading, on which no module depends.
			return names ? `const {${names.replaceAll(' as ', ': ')}} = require(${from});` : '';
		})
		.replace(/\bimport\(("\.[^"]+")\)/g, (_, from) => {
			found['dynamic-import']++;
			return `Promise.resolve().then(() => require(${from}))`;
		})
		.replace(/^export \{([^}]*)\};$/m, (_, names) => {
			const members = names.split(',').map((name) => name.trim().split(' as ').reverse().join(': '));
			return `module.exports = {${members.join(', ')}};`;
		});
	for (const kind of Object.keys(found)) {
		const expected = imports.filter(
			(one) => one.kind === kind && !(kind === 'dynamic-import' && one.external),
		);
		if (found[kind] !== expected.length)
			throw new Error(`${file}: ${found[kind]} of kind ${kind} were found, not ${expected.length}`);
	}
	const { code } = await transform(module, {
		platform: 'node',
		target: 'es2022',
		supported: { 'dynamic-import': false }, // require() of what n8n's installation may have
		charset: 'utf8',
		minifyWhitespace: true,
		minifySyntax: true,
		lineLimit: 1000,
	});
	if (/^(import|export)\b/m.test(code)) throw new Error(`${file} is still an ES module`);
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
	chunkNames: 'nodes/chunks/[name]-[hash]',
	format: 'esm',
	platform: 'node',
	target: 'es2022',
	packages: 'external',
	charset: 'utf8',
	legalComments: 'none',
	metafile: true,
	logLevel: 'warning',
});
for (const [file, output] of Object.entries(metafile.outputs))
	await toCommonJs(path.join(root, file), output);
