// Builds the Node-RED package: compiles the nodes and the script of the editor, and copies what Node-RED expects beside
// a node: its dialog, its help, its texts and its icon.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const folder = import.meta.dirname;
const sources = path.join(folder, 'src/nodes');
const target = path.join(folder, 'dist/nodes');
const compile = (project) =>
	execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', path.join(folder, project)], {
		stdio: 'inherit',
	});

for (const output of ['dist', 'resources'])
	rmSync(path.join(folder, output), { recursive: true, force: true });
compile('tsconfig.json');
compile('editor');
cpSync(sources, target, { recursive: true, filter: (file) => !/\.ts$|labels\.json$/.test(file) });

// Node-RED looks for the texts of a dialog under the name of its file: all dialogs share them.
const nodes = readdirSync(sources).filter((file) => file.endsWith('.html'));
for (const language of readdirSync(path.join(sources, 'locales'))) {
	for (const node of nodes) {
		const texts = path.join(target, 'locales', language, node.replace('.html', '.json'));
		cpSync(path.join(sources, 'locales', language, 'labels.json'), texts);
	}
}
