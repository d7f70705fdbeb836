import { execFileSync } from 'node:child_process';
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
	expect(files.filter((file) => file.startsWith('nodes/client/'))).toEqual([
		'nodes/client/hosts/capabilities.js',
	]);
	expect(files.length).toBeLessThan(40);
});
