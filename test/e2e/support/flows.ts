import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IConnections, INode, INodeParameters } from 'n8n-workflow';
import { nodeType, packageName } from '../../support/builtPackage';
import type { WorkflowSpec } from './N8n';

export interface Credential {
	id: string;
	name: string;
}

/** One of our nodes, `ours('GetImages', credential, {...})`, named as its type. */
export function ours(
	type: string,
	credential: Credential,
	parameters: INodeParameters = {},
	more: Partial<INode> = {},
): INode {
	return plain(type, nodeType(type), parameters, {
		credentials: { comfyUiApi: credential },
		...more,
	});
}

/** A node of n8n itself. */
export function plain(
	name: string,
	type: string,
	parameters: INodeParameters = {},
	more: Partial<INode> = {},
): INode {
	const id = crypto.randomUUID();
	return { id, name, type, typeVersion: 1, position: [0, 0], parameters, ...more };
}

export const start = (): INode => plain('Start', 'n8n-nodes-base.manualTrigger');

/** A node that returns these items. */
export const items = (list: object[]): INode =>
	plain(
		'Items',
		'n8n-nodes-base.code',
		{ jsCode: `return ${JSON.stringify(list.map((json) => ({ json })))};` },
		{ typeVersion: 2 },
	);

/** An example of the repository, whose nodes of ours have the credential. @param file its path below `examples` */
export function exampleFlow(file: string, credential: Credential): WorkflowSpec {
	const text = readFileSync(path.join(__dirname, '../../../examples', file), 'utf8');
	const { nodes, ...rest } = JSON.parse(text) as WorkflowSpec;
	const isOurs = ({ type }: INode) => type.startsWith(`${packageName}.`);
	const credentials = { comfyUiApi: credential };
	return { ...rest, nodes: nodes.map((node) => (isOurs(node) ? { ...node, credentials } : node)) };
}

/** Nodes in a row. */
export function chain(...nodes: INode[]): WorkflowSpec {
	const connections: IConnections = {};
	nodes.forEach((node, index) => {
		node.position = [index * 220, 0];
		const next = nodes[index + 1];
		if (next) connections[node.name] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
	});
	return { nodes, connections };
}
