import type { Caught, TestFlow } from '../node-red/support/TestFlow';
import { onFlow, json } from '../node-red/support/onFlow';
import { slow } from '../nodes/support/jobWorkflows';
import { LittleComfyUi } from '../server';
import { until } from '../support/until';
import { FaultyProxy } from './support/FaultyProxy';
import type { NodeFault } from './support/NodeFault';
import { CANARIES } from './support/Scene';
import { nodes } from './table/nodes';

jest.mock('../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../client/support/fastDelay')>('../client/support/fastDelay')
		.fastDelay(20),
);

/** The faults of the network and the server; that of n8n's disk is not one of Node-RED. */
const faults = nodes.filter(({ name }) => !name.includes('n8n'));

test('the table has faults of the connection, of answers and of the server', () => {
	expect(faults.length).toBeGreaterThan(40);
});

test.each(faults.map((fault) => [fault.name, fault.outcome, fault] as const))(
	'comfyui-run, when %s: %s',
	async (_name, _outcome, fault) => await play(fault),
);

async function play(fault: NodeFault): Promise<void> {
	const server = await LittleComfyUi.start();
	const proxy = await FaultyProxy.start(server.url);
	try {
		await onFlow('comfyui-run', json(slow(0.05)), async (flow) => await playOn(flow, fault, server, proxy), {
			url: proxy.url,
			config: { authentication: 'headers', headers: [{ name: 'x-key', key: 'header1' }] },
			credentials: { server: { header1: CANARIES[0] } },
		});
		await until(() => proxy.pending === 0 && server.sockets === 0, 'the end of all requests and sockets');
		expect(server.damage).toEqual([]);
	} finally {
		await proxy.stop();
		await server.stop();
	}
}

async function playOn(
	flow: TestFlow,
	fault: NodeFault,
	server: LittleComfyUi,
	proxy: FaultyProxy,
): Promise<void> {
	fault.arm({ server, proxy, cancel: () => flow.receive({ comfyui: { cancel: true } }) });
	flow.receive({ payload: 'x', _msgid: 'asked' });
	// A message that cancels is completed too.
	const isDone = () => flow.errors.length > 0 || flow.completed.some(({ _msgid: id }) => id === 'asked');
	await until(isDone, 'the end of the message');
	expect(outcomeOf(flow.errors)).toMatch(new RegExp(`^${fault.outcome}`));
	expect(proxy.struck).toBeGreaterThan(0);
	await proxy.behave();
	for (const { filename, payload } of flow.messages) {
		expect(payload).toEqual(server.files.read('output', filename as string));
	}
	await server.idle();
	const ran = server.requests
		.filter(({ method, path }) => method === 'POST' && /\/prompt$/.test(path))
		.map(({ bodyText }) => (JSON.parse(bodyText) as { prompt_id: string }).prompt_id)
		.filter((id) => JSON.stringify(server.history(id) ?? '').includes('execution_success'));
	expect(ran.length).toBeLessThanOrEqual(fault.runs ?? 1);
	expect(server.going).toEqual([]);
	const shown = JSON.stringify([flow.errors, flow.messages, flow.statuses]);
	expect(CANARIES.filter((secret) => shown.includes(secret))).toEqual([]);
}

/** As the table of n8n's nodes names it. */
function outcomeOf(errors: Caught[]): string {
	if (errors.length === 0) return 'works';
	expect(errors).toHaveLength(1);
	const { code } = errors[0].error;
	return code === 'cancelled' ? 'canceled' : String(code);
}
