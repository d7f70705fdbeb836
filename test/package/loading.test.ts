import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readManifest } from '../support/builtPackage';

const root = path.resolve(__dirname, '../..');

/** The files of the build that a fresh process loads for all nodes and credentials, as n8n does when it starts. */
function loadedFiles(): string[] {
	const { nodes, credentials } = readManifest().n8n;
	const script = `
		for (const file of ${JSON.stringify([...nodes, ...credentials])}) require('./' + file);
		console.log(JSON.stringify(Object.keys(require.cache)));`;
	const files = JSON.parse(
		execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }),
	) as string[];
	const dist = path.join(root, 'dist', path.sep);
	return files
		.filter((file) => file.startsWith(dist))
		.map((file) => file.slice(dist.length).split(path.sep).join('/'));
}

test('when n8n starts, it loads the descriptions of the nodes and nothing of the client but what hosts can do', () => {
	const files = loadedFiles();
	const code = files.map((file) => readFileSync(path.join(root, 'dist', file), 'utf8')).join('\n');
	const defined = (names: RegExp) => code.match(names)?.slice(0, 3);
	expect(defined(/\bComfyUiRunWorkflow=class\b/)).toHaveLength(1);
	expect(defined(/\b(ComfyUiClient|JobMonitor|Api)=class\b/g)).toBeUndefined();
	expect(defined(/\bfunction (connectSelfHosted|convertWorkflow|toItems)\b/g)).toBeUndefined();
	expect(files.length).toBeLessThan(50);
	expect(code.length).toBeLessThan(200_000);
});
