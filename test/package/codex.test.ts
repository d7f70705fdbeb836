import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readManifest } from '../support/builtPackage';
import { root } from './packed';

interface Codex {
	node: string;
	categories: string[];
	subcategories?: { AI?: string[] };
	resources?: object;
}

const { name, n8n } = readManifest();
const files = n8n.nodes.map((file) => path.join(root, file.replace(/^dist\//, '').replace(/\.js$/, '.json')));

describe.each(files.map((file) => [path.basename(file), file]))('%s', (_name, file) => {
	const codex = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Codex) : undefined;

	it('names its node, and has what n8n drops a codex for the lack of', () => {
		const [className] = path.basename(file).split('.');
		expect(codex?.node).toBe(`${name}.${className[0].toLowerCase()}${className.slice(1)}`);
		expect(codex?.resources).toBeDefined();
	});

	it('lets the search of the editor find the node', () => {
		// n8n leaves nodes of the category AI out of its search unless they are root nodes.
		if (codex?.categories.includes('AI')) expect(codex.subcategories?.AI).toContain('Root Nodes');
	});
});
