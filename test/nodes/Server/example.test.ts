import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject, INode } from 'n8n-workflow';
import { properties } from '../../../nodes/Server/properties';
import { picture, slow } from '../../client/support/workflows';
import { ServerNode, TYPE } from './support';

const file = path.resolve(__dirname, '../../../examples/server/free-memory.json');
const { nodes } = JSON.parse(readFileSync(file, 'utf8')) as { nodes: INode[] };
const named = (name: string) => nodes.find((node) => node.name === name) as INode;

let node: ServerNode;
beforeAll(async () => {
	node = await ServerNode.start();
});
afterAll(async () => await node.stop());
afterEach(async () => await node.stopServers());

/** What the conditions of the IF node compare. */
async function compared(server: { url: string }): Promise<unknown[]> {
	const { conditions } = named('Overloaded or Idle?').parameters.conditions as unknown as {
		conditions: Array<{ leftValue: string }>;
	};
	const values = Object.fromEntries(conditions.map(({ leftValue }, index) => [`v${index}`, leftValue]));
	const run = await node.engine.run({
		nodes: [
			{ ...named('Get Status'), name: 'Server' },
			{ name: 'IF', type: 'test.set', parameters: { values } },
		],
		credentials: { comfyUiApi: { url: server.url } },
		input: [{ json: {} }],
	});
	expect(run.error?.message).toBeUndefined();
	return Object.values(run.items('IF')[0].json as IDataObject);
}

test('the example compares the pending jobs and the idle time, and frees the memory', async () => {
	const server = await node.server();
	expect(await compared(server)).toEqual([0, 0]); // nothing has run: not idle for long
	await server.submit(picture());
	await server.idle();
	expect(await compared(server)).toEqual([0, expect.any(Number)]);
	server.faults.hold();
	for (let index = 0; index < 21; index++) await server.submit(slow(0, 1, index));
	expect(await compared(server)).toEqual([21, 0]);
	const { parameters } = named('Free Memory');
	const { resource, operation } = parameters as { resource: string; operation: string };
	await node.rows(server, [resource, operation], parameters as IDataObject);
	expect(server.requests.filter(({ path: route }) => route === '/api/free')).toHaveLength(1);
	server.faults.release();
	await server.idle();
});

test('its nodes have only parameters that ComfyUI Server has', () => {
	const known = properties.map(({ name }) => name);
	for (const { parameters, type } of nodes)
		if (type === TYPE) expect(known).toEqual(expect.arrayContaining(Object.keys(parameters)));
});
