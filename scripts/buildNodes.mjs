// Builds the n8n package into dist/: the files that package.json lists for n8n, and shared chunks of what these load
// at start or when it is first used. One file for each source file would make the package half as large again.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

const root = path.resolve(import.meta.dirname, '..');
const { n8n } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const names = [...n8n.nodes, ...n8n.credentials].map((file) => file.replace(/^dist\/(.*)\.js$/, '$1'));

const bundle = await rolldown({
	cwd: root,
	input: Object.fromEntries(names.map((name) => [name, path.join(root, `${name}.ts`)])),
	platform: 'node',
	external: (id) => !id.startsWith('.') && !path.isAbsolute(id),
	transform: { target: 'es2022' },
});
await bundle.write({
	dir: path.join(root, 'dist'),
	entryFileNames: '[name].js',
	chunkFileNames: 'nodes/chunks/[name]-[hash].js',
	format: 'cjs',
	exports: 'named',
	dynamicImportInCjs: false, // require() also of what n8n's installation may have: one loader for all files
	esModule: false,
	generatedCode: { symbols: false },
	comments: false,
	// All names stay, for readable errors.
	minify: { compress: true, mangle: false, codegen: true },
	minifyInternalExports: false,
});
await bundle.close();
