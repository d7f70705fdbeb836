// Builds the Node-RED package: compiles the nodes and the script of the editor, and copies what Node-RED expects beside
// a node: its dialog, its texts and its icon.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const folder = import.meta.dirname;
const compile = (project) =>
	execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', path.join(folder, project)], {
		stdio: 'inherit',
	});

for (const output of ['dist', 'resources'])
	rmSync(path.join(folder, output), { recursive: true, force: true });
compile('tsconfig.json');
if (existsSync(path.join(folder, 'src/editor'))) compile('src/editor');
cpSync(path.join(folder, 'src/nodes'), path.join(folder, 'dist/nodes'), {
	recursive: true,
	filter: (file) => !file.endsWith('.ts'),
});
