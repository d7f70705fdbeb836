import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadBuiltPackage, readManifest } from '../support/builtPackage';

const text = (file: string) => readFileSync(path.resolve(__dirname, '../..', file), 'utf8');

test('all nodes and credentials are loaded, and describe themselves', () => {
	const { nodeTypes, credentialTypes } = loadBuiltPackage();
	const { nodes, credentials } = readManifest().n8n;
	expect(Object.keys(nodeTypes)).toHaveLength(nodes.length);
	expect(Object.keys(credentialTypes)).toHaveLength(credentials.length);
	for (const { description } of Object.values(nodeTypes)) {
		const starts = description.group.includes('trigger');
		expect(description).toMatchObject({ inputs: starts ? [] : ['main'], outputs: ['main'] });
	}
});

test('package.json and the documentation name this n8n as the oldest', () => {
	const { engines } = JSON.parse(text('package.json')) as { engines: Record<string, string> };
	expect(engines.n8n).toBe('>=1.85');
	expect(text('docs/compatibility.md')).toContain('n8n 1.85 or newer');
});
