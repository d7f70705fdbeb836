import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { NodeHelpers, type INode, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';
import { packageName } from '../../support/builtPackage';

/** The descriptions of n8n's own nodes, where the end-to-end tests have installed n8n; else undefined. */
export function installedNodeTypes(): INodeTypeDescription[] | undefined {
	const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), packageName);
	const installations = existsSync(cache) ? readdirSync(cache).filter((name) => name.startsWith('e2e-')) : [];
	const modules = installations
		.map((name) => path.join(cache, name, 'node_modules'))
		.find((folder) => isNewest(folder));
	if (!modules) return undefined;
	return ['n8n-nodes-base', '@n8n/n8n-nodes-langchain'].flatMap((name) => read(modules, name));
}

function isNewest(modules: string): boolean {
	const manifest = path.join(modules, 'n8n/package.json');
	return (
		existsSync(manifest) &&
		(JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version.startsWith('2.')
	);
}

function read(modules: string, name: string): INodeTypeDescription[] {
	const file = path.join(modules, name, 'dist/types/nodes.json');
	const types = JSON.parse(readFileSync(file, 'utf8')) as INodeTypeDescription[];
	return types.map((type) => ({ ...type, name: `${name}.${type.name}` }));
}

/** The names of the parameters of a node, as paths such as `options.fileName`. Lists count as their first entry. */
export function parameterPaths(value: unknown, prefix = ''): string[] {
	if (Array.isArray(value)) return [...new Set(value.flatMap((entry) => parameterPaths(entry, prefix)))];
	if (typeof value !== 'object' || value === null) return prefix ? [prefix] : [];
	const entries = Object.entries(value).flatMap(([key, member]) =>
		parameterPaths(member, prefix ? `${prefix}.${key}` : key),
	);
	return entries.length > 0 ? [...new Set(entries)] : [prefix].filter(Boolean);
}

const typeOf = (types: INodeTypeDescription[], { type, typeVersion }: INode) =>
	types.find(({ name, version }) => name === type && [version].flat().includes(typeVersion));

/** The parameters as n8n loads them: those that the node does not have are gone, the others have their defaults. */
const withDefaults = (type: INodeTypeDescription, node: INode) =>
	NodeHelpers.getNodeParameters(type.properties, node.parameters, true, false, node, type) as INodeParameters;

/** What the editor marks a node for, except a credential that is not chosen yet. */
export function parameterIssues(types: INodeTypeDescription[], node: INode): string[] {
	const type = typeOf(types, node);
	if (!type) return [];
	const parameters = withDefaults(type, node);
	const issues = NodeHelpers.getNodeParametersIssues(type.properties, { ...node, parameters }, type);
	return Object.values(issues?.parameters ?? {}).flat();
}

/** Parameters that n8n drops when it loads the node, because the node in this version does not have them. */
export function droppedParameters(types: INodeTypeDescription[], node: INode): string[] {
	const type = typeOf(types, node);
	if (!type) return [`${node.type} ${node.typeVersion}`];
	const known = new Set(parameterPaths(withDefaults(type, node)));
	return parameterPaths(node.parameters).filter((name) => !known.has(name));
}
