import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ICredentialType, INodeType } from 'n8n-workflow';

/** The package as n8n loads it: compiled files, found through the `n8n` key of package.json. */

const root = path.resolve(__dirname, '../..');

interface Manifest {
	name: string;
	version: string;
	n8n: { nodes: string[]; credentials: string[] };
}

export function readManifest(folder = root): Manifest {
	return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The name of the n8n package. It is the first half of each node type. */
export const packageName = readManifest().name;

/** The full type of one of our nodes: `nodeType('QueuePrompt')`. */
export const nodeType = (name: string) => `${packageName}.comfyUi${name}`;

/** n8n derives the class from the file name: everything before the first dot. */
export function loadClass<T>(folder: string, file: string): T {
	const name = path.basename(file).split('.')[0];
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- the files are found at run time
	const exported = require(path.join(folder, file)) as Record<string, new () => T>;
	if (typeof exported[name] !== 'function')
		throw new Error(`${file} does not export a class ${name}. Run npm run build.`);
	return new exported[name]();
}

/** Node types by their full name, credential types by theirs. */
export function loadBuiltPackage(folder = root): {
	nodeTypes: Record<string, INodeType>;
	credentialTypes: Record<string, ICredentialType>;
} {
	const { name, n8n } = readManifest(folder);
	const nodes = n8n.nodes.map((file) => loadClass<INodeType>(folder, file));
	const credentials = n8n.credentials.map((file) => loadClass<ICredentialType>(folder, file));
	return {
		nodeTypes: Object.fromEntries(nodes.map((node) => [`${name}.${node.description.name}`, node])),
		credentialTypes: Object.fromEntries(credentials.map((type) => [type.name, type])),
	};
}
