import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { INode } from 'n8n-workflow';
import { OWNER } from '../../test/e2e/support/owner';
import { Rest, RestError } from '../../test/e2e/support/Rest';

const examples = path.resolve(__dirname, '../../examples');
const CREDENTIAL = { name: 'ComfyUI for development', type: 'comfyUiApi' };

interface Named {
	id: string;
	name: string;
}

/** Signs in to n8n as its owner, whose account is created the first time. */
export async function signIn(url: string): Promise<Rest> {
	const rest = new Rest(url);
	const { userManagement } = await rest.get<{ userManagement: { showSetupOnFirstLoad: boolean } }>(
		'/rest/settings',
	);
	if (userManagement.showSetupOnFirstLoad) await rest.post('/rest/owner/setup', OWNER);
	else await rest.post('/rest/login', { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
	return rest;
}

/** Creates the credential of the ComfyUI server, or gives it the server's present address. */
export async function saveCredential(rest: Rest, url: string): Promise<Named> {
	const body = { ...CREDENTIAL, data: { url } };
	const existing = (await rest.get<Named[]>('/rest/credentials')).find(({ name }) => name === body.name);
	if (!existing) return await rest.post<Named>('/rest/credentials', body);
	const response = await rest.request('PATCH', `/rest/credentials/${existing.id}`, body);
	if (!response.ok) throw new RestError(response.status, await response.text(), 'PATCH /rest/credentials');
	return existing;
}

/** Saves each example that n8n does not have yet. @returns the IDs by name, of all examples */
export async function importExamples(rest: Rest, credential: Named): Promise<Map<string, string>> {
	const ids = new Map((await rest.get<Named[]>('/rest/workflows')).map(({ id, name }) => [name, id]));
	const names = readdirSync(examples).filter((file) => file.endsWith('.json'));
	const found = new Map<string, string>();
	for (const file of names) {
		const workflow = JSON.parse(readFileSync(path.join(examples, file), 'utf8')) as {
			name: string;
			nodes: INode[];
		};
		const nodes = workflow.nodes.map((node) => withCredential(node, credential));
		const id =
			ids.get(workflow.name) ?? (await rest.post<Named>('/rest/workflows', { ...workflow, nodes })).id;
		found.set(workflow.name, id);
	}
	return found;
}

function withCredential(node: INode, { id, name }: Named): INode {
	return node.credentials?.comfyUiApi ? { ...node, credentials: { comfyUiApi: { id, name } } } : node;
}
