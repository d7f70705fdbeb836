import { readFileSync } from 'node:fs';
import { json, onFlow } from '../../node-red/support/onFlow';
import type { Caught, TestFlow } from '../../node-red/support/TestFlow';
import { slow } from '../../nodes/support/jobWorkflows';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../server';
import { until } from '../../support/until';
import { FaultyProxy } from './FaultyProxy';
import { CANARIES } from './Scene';

/** A fault that comfyui-run meets on the way from a message to its file. */
export interface RunFault {
	arm: (scene: { flow: TestFlow; server: LittleComfyUi; proxy: FaultyProxy }) => void | Promise<void>;
	/** Whether it strikes when the job is queued, and not before. */
	whenQueued?: boolean;
	/** `works`, `canceled`, or the code of the error that Catch nodes get. */
	outcome: string;
	/** How many jobs the server may have run to their end; default one. */
	runs?: number;
	/** In the client's fast time. */
	timeoutMs?: number;
	/** Default: that of the node. */
	retries?: number;
	/** Whether the server never ends its job. */
	isStuck?: boolean;
	/** Whether the message brings a picture that is uploaded. */
	upload?: boolean;
	server?: LittleComfyUiOptions;
}

const picture = readFileSync('test/fixtures/picture.png');

/** A job that loads the picture of the message. */
const loading = () => ({
	...slow(0.05),
	'1': { class_type: 'LoadImage', inputs: { image: 'x.png' } },
});

/** Plays a fault: the message ends as expected, its files are whole, nothing runs twice, and no secret is shown. */
export async function playNodeRed(fault: RunFault): Promise<void> {
	const server = await LittleComfyUi.start(fault.server);
	const proxy = await FaultyProxy.start(server.url);
	const { timeoutMs, retries = '', upload } = fault;
	const members = {
		...json(upload ? loading() : slow(0.05)),
		values: upload ? [{ input: 'image', value: 'payload', type: 'msg' }] : [],
		timeout: timeoutMs === undefined ? '' : timeoutMs / 1000,
		retries,
	};
	const play = async (flow: TestFlow) => await playOn(flow, fault, server, proxy);
	try {
		await onFlow('comfyui-run', members, play, {
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
	fault: RunFault,
	server: LittleComfyUi,
	proxy: FaultyProxy,
): Promise<void> {
	const receive = () => flow.receive({ payload: picture, _msgid: 'asked' });
	if (fault.whenQueued) {
		server.faults.hold();
		receive();
		await until(() => server.going.length === 1, 'the job to be queued');
		await fault.arm({ flow, server, proxy });
		server.faults.release();
	} else {
		await fault.arm({ flow, server, proxy });
		receive();
	}
	// A message that cancels is completed too.
	const isDone = () => flow.errors.length > 0 || flow.completed.some(({ _msgid: id }) => id === 'asked');
	await until(isDone, 'the end of the message');
	expect(outcomeOf(flow.errors)).toMatch(new RegExp(`^${fault.outcome}`));
	await until(() => proxy.struck > 0, 'the fault to strike'); // HTTP may be ahead of the socket
	await proxy.behave();
	if (fault.outcome === 'works') expect(flow.messages).toHaveLength(1);
	else expect(flow.messages).toEqual([]);
	for (const { filename, payload } of flow.messages) {
		expect(payload).toEqual(server.files.read('output', filename as string));
	}
	for (const name of server.files.list('input')) expect(server.files.read('input', name)).toEqual(picture); // never a part
	if (!fault.isStuck) await server.idle();
	expect(succeeded(server).length).toBeLessThanOrEqual(fault.runs ?? 1);
	if (!fault.isStuck) expect(server.going).toEqual([]);
	const shown = JSON.stringify([flow.errors, flow.messages, flow.statuses]);
	expect(CANARIES.filter((secret) => shown.includes(secret))).toEqual([]);
}

/** The jobs that ran to their end, by the IDs of their submissions. */
const succeeded = (server: LittleComfyUi): string[] =>
	server.requests
		.filter(({ method, path }) => method === 'POST' && /\/prompt$/.test(path))
		.map(({ bodyText }) => (JSON.parse(bodyText) as { prompt_id: string }).prompt_id)
		.filter((id) => JSON.stringify(server.history(id) ?? '').includes('execution_success'));

/** As the table of n8n's nodes names it. */
function outcomeOf(errors: Caught[]): string {
	if (errors.length === 0) return 'works';
	expect(errors).toHaveLength(1);
	const { code } = errors[0].error;
	return code === 'cancelled' ? 'canceled' : String(code);
}
