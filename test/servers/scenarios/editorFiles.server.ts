import { toApiFormat } from '../../../nodes/client';
import { editorFileOf2024, editorFileOf2025 } from '../support/editorFiles';
import { serverUnderTest } from '../support/ServerUnderTest';
import { unique } from '../support/workflows';

const server = serverUnderTest();
const { client } = server;

test('a file of the editor of 2024 is converted as its own editor does', async () => {
	const file = JSON.stringify(editorFileOf2024(unique('of2024')));
	const { prompt } = toApiFormat(file, await client.objectInfo());
	expect(prompt['3'].inputs).toMatchObject({ seconds: 0.2, steps: 2 });
	expect(Object.keys(prompt).sort()).toEqual(['1', '3', '5']);
	const { result } = await server.run(prompt);
	expect(result.files[0].filename).toContain(unique('of2024'));
});

test('a file of the editor of 2025 with a subgraph is queued as it is', async () => {
	const { result } = await server.run(editorFileOf2025(unique('of2025')));
	expect(result.files[0].filename).toContain(unique('of2025'));
});

test('a node type that the server does not have is named', async () => {
	const file = editorFileOf2024(unique('missing'), { active: 'NoSuchNode' });
	await expect(client.queuePrompt(file)).rejects.toThrow(/NoSuchNode/);
});
