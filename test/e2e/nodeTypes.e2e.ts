import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeTypeDescription, ICredentialType } from 'n8n-workflow';
import { loadBuiltPackage, packageName } from '../support/builtPackage';
import { N8n } from './support/N8n';

const n8n = N8n.shared();
const { nodeTypes, credentialTypes } = loadBuiltPackage();
const names = Object.keys(nodeTypes);
/** The nodes that an agent can call: all but the trigger. */
const toolNames = names.filter((name) => nodeTypes[name].description.usableAsTool !== undefined);

interface Themed {
	iconUrl?: { light: string; dark: string };
}
type LoadedNode = INodeTypeDescription & Themed;
type LoadedCredential = ICredentialType & Themed & { supportedNodes: string[] };

/** Both icons come from n8n as they are in the repository. @param icon as the description names it */
async function expectIcons({ iconUrl }: Themed, icon: unknown): Promise<void> {
	for (const theme of ['light', 'dark'] as const) {
		const file = path.basename((icon as Record<string, string>)[theme]);
		const answer = await n8n.rest.request('GET', `/${iconUrl?.[theme]}`);
		const type = answer.headers.get('content-type');
		expect([answer.status, type]).toEqual([200, expect.stringMatching(/^image\/svg\+xml/)]);
		const expected = readFileSync(path.join(__dirname, '../../icons', file), 'utf8');
		expect(await answer.text()).toBe(expected);
	}
}

describe('n8n', () => {
	let nodes: Map<string, LoadedNode>;
	let credentials: Map<string, LoadedCredential>;
	beforeAll(async () => {
		const [allNodes, allCredentials] = await Promise.all([
			n8n.rest.get<LoadedNode[]>('/types/nodes.json'),
			n8n.rest.get<LoadedCredential[]>('/types/credentials.json'),
		]);
		const ours = allNodes.filter(({ name }) => name.startsWith(`${packageName}.`));
		expect(ours).toHaveLength(names.length + toolNames.length);
		nodes = new Map(ours.map((node) => [node.name, node]));
		credentials = new Map(allCredentials.map((credential) => [credential.name, credential]));
	});

	it('knows each node once, and each but the trigger as a tool of an agent', () => {
		expect(names).toHaveLength(8);
		expect(toolNames).toHaveLength(7);
		expect([...nodes.keys()].sort()).toEqual([...names, ...toolNames.map((name) => `${name}Tool`)].sort());
	});

	it.each(names)('shows %s with its name, its parameters, where it is found and its icons', async (name) => {
		const node = nodes.get(name) as LoadedNode;
		const { displayName, properties, icon } = nodeTypes[name].description;
		expect(node.displayName).toBe(displayName);
		const shown = node.properties.map((property) => property.name);
		expect(shown).toEqual(expect.arrayContaining(properties.map((property) => property.name)));
		expect(node.codex?.categories).not.toHaveLength(0);
		await expectIcons(node, icon);
	});

	it.each(toolNames)('offers %s as a tool with a description for the model', async (name) => {
		const tool = nodes.get(`${name}Tool`) as LoadedNode;
		expect(tool.outputs).toEqual(['ai_tool']);
		expect(tool.properties).toContainEqual(expect.objectContaining({ name: 'toolDescription' }));
		await expectIcons(tool, nodeTypes[name].description.icon);
	});

	it.each(Object.keys(credentialTypes))(
		'knows the credential type %s and the nodes it is for',
		async (name) => {
			const credential = credentials.get(name) as LoadedCredential;
			expect(credential.displayName).toBe(credentialTypes[name].displayName);
			await expectIcons(credential, credentialTypes[name].icon);
			const users = names.filter((node) =>
				nodeTypes[node].description.credentials?.some((used) => used.name === name),
			);
			expect(users.length).toBeGreaterThan(2);
			expect(credential.supportedNodes).toEqual(expect.arrayContaining(users));
		},
	);

	it('tells the nodes apart by their icons', () => {
		const icons = [...nodes.values()]
			.filter(({ name }) => !name.endsWith('Tool'))
			.map(({ iconUrl }) => iconUrl?.light);
		expect(new Set(icons).size).toBe(names.length);
	});

	it('tests every credential by a function of ours', () => {
		for (const name of names)
			for (const { name: type, testedBy } of nodes.get(name)?.credentials ?? [])
				expect([name, testedBy]).toEqual([name, `${type}Test`]);
	});
});
