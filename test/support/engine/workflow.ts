import {
	deepCopy,
	UserError,
	Workflow,
	type IConnections,
	type INode,
	type INodeCredentials,
	type INodeTypes,
} from 'n8n-workflow';
import type { CredentialStore } from './credentials/CredentialStore';
import type { NodeTypes } from './NodeTypes';
import type { CredentialData, RunRequest, Wire } from './types';

export const WORKFLOW_ID = 'workflow-of-a-test';

export interface Plan {
	workflow: Workflow;
	start: INode;
}

/** Turns what a test wrote into a workflow as n8n loads it from its database. */
export function planWorkflow(request: RunRequest, types: NodeTypes, store: CredentialStore): Plan {
	const nodes = request.nodes.map((node, index): INode => {
		const typeVersion = node.typeVersion ?? types.latestVersion(node.type);
		return {
			...deepCopy(node),
			id: node.id ?? `node-${index + 1}`,
			typeVersion,
			position: node.position ?? [(index + 1) * 200, 0],
			parameters: deepCopy(node.parameters ?? {}),
			credentials:
				assignCredentials(types, node.type, typeVersion, request.credentials, store) ?? node.credentials,
		};
	});
	const connections = connect(request);
	const start = findStart(nodes, types) ?? addStart(nodes, connections);
	const workflow = new Workflow({
		id: WORKFLOW_ID,
		name: 'Workflow of a test',
		nodes,
		connections,
		active: false,
		nodeTypes: types as INodeTypes,
		// New workflows have v1; without it the engine takes the order of before 2023.
		settings: { executionOrder: 'v1', ...request.settings },
	});
	return { workflow, start };
}

/**
 * The editor lets a user choose a credential for each type that the node declares. A node for which none was
 * chosen has no `credentials` at all, which decides what n8n complains about.
 */
export function assignCredentials(
	types: NodeTypes,
	nodeType: string,
	typeVersion: number,
	data: CredentialData | undefined,
	store: CredentialStore,
): INodeCredentials | undefined {
	const declared = types.getByNameAndVersion(nodeType, typeVersion).description.credentials ?? [];
	const chosen = declared.flatMap(({ name }) => {
		const fields = data?.[name];
		return fields ? [[name, store.put(name, fields)] as const] : [];
	});
	return chosen.length > 0 ? Object.fromEntries(chosen) : undefined;
}

function connect({ nodes, connections }: RunRequest): IConnections {
	if (connections && !Array.isArray(connections)) return deepCopy(connections);
	const chain = nodes.slice(1).map((node, index): Wire => [nodes[index].name, node.name]);
	const wired: IConnections = {};
	for (const [from, to, output = 0] of connections ?? chain) addWire(wired, from, to, output);
	return wired;
}

function addWire(connections: IConnections, from: string, to: string, output: number): void {
	const outputs = ((connections[from] ??= {}).main ??= []);
	while (outputs.length <= output) outputs.push([]);
	(outputs[output] ??= []).push({ node: to, type: 'main', index: 0 });
}

function findStart(nodes: INode[], types: NodeTypes): INode | undefined {
	return nodes.find(({ type, typeVersion, disabled }) => {
		const { description } = types.getByNameAndVersion(type, typeVersion);
		return !disabled && description.group.includes('trigger');
	});
}

/** A start node in front of every node that nothing leads to. */
function addStart(nodes: INode[], connections: IConnections): INode {
	const reached = new Set(
		Object.values(connections).flatMap((byType) =>
			(byType.main ?? []).flatMap((wires) => (wires ?? []).map((wire) => wire.node)),
		),
	);
	const name = 'Input';
	if (nodes.some((node) => node.name === name))
		throw new UserError(`A node other than a start is named ${name}`);
	for (const node of nodes) if (!reached.has(node.name)) addWire(connections, name, node.name, 0);
	const start: INode = {
		id: 'start',
		name,
		type: 'test.input',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	nodes.unshift(start);
	return start;
}
