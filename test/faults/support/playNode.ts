import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineRun } from '../../support/engine';
import { LittleComfyUi } from '../../server';
import { slow } from '../../nodes/support/jobWorkflows';
import { RunNodes } from '../../nodes/support/runNodes';
import { sentJobs } from '../../nodes/support/sent';
import { until } from '../../support/until';
import { Aftermath } from './Aftermath';
import { FaultyProxy } from './FaultyProxy';
import type { NodeFault } from './NodeFault';
import { CANARIES } from './Scene';

const DEADLINE_MS = 60_000;
const credential = {
	authentication: 'headers',
	headers: { values: [{ name: 'x-key', value: CANARIES[0] }] },
};

/** Plays every row with Run Workflow in n8n's engine, from the workflow to its file in n8n's store. */
export function playNode(faults: NodeFault[]): void {
	const before = process.env.TMPDIR;
	const temporary = mkdtempSync(join(tmpdir(), 'faults-'));
	let nodes: RunNodes;
	beforeAll(async () => {
		process.env.TMPDIR = temporary;
		nodes = await RunNodes.start();
	});
	afterAll(async () => {
		await nodes.stop();
		const left = readdirSync(temporary);
		rmSync(temporary, { recursive: true });
		if (before === undefined) delete process.env.TMPDIR;
		else process.env.TMPDIR = before;
		expect(left).toEqual([]);
	});
	test.each(faults.map((fault) => [fault.name, fault.outcome, fault] as const))(
		'Run Workflow, when %s: %s',
		async (_name, _outcome, fault) => await play(nodes, fault),
	);
}

async function play(nodes: RunNodes, fault: NodeFault): Promise<void> {
	const server = await LittleComfyUi.start();
	const proxy = await FaultyProxy.start(server.url);
	const aftermath = new Aftermath(['TCPSocketWrap']); // n8n keeps its connections for the next request
	try {
		const launched: { cancel?: () => void } = {};
		fault.arm({ server, proxy, cancel: () => launched.cancel?.() });
		const launch = nodes.launch({ url: proxy.url } as LittleComfyUi, slow(0.05), {
			credential,
			parameters: { retry: { wait: 1 } },
		});
		launched.cancel = launch.cancel;
		const run = await inTime(launch.run);
		fault.disarm?.();
		expect(outcomeOf(run)).toMatch(new RegExp(`^${fault.outcome}`));
		expect(proxy.struck).toBeGreaterThan(0);
		await proxy.behave();
		await verify(run, server);
		await server.idle();
		const ran = sentJobs(server).filter(({ prompt_id: id }) => succeeded(server, id));
		expect(ran.length).toBeLessThanOrEqual(fault.runs ?? 1);
		expect(server.going).toEqual([]);
		await until(() => proxy.pending === 0 && server.sockets === 0, 'the end of all requests and sockets');
		await aftermath.expectNothingLeft();
		expect(server.damage).toEqual([]);
	} finally {
		fault.disarm?.();
		aftermath.end();
		await proxy.stop();
		await server.stop();
	}
}

async function inTime(run: Promise<EngineRun>): Promise<EngineRun> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error('did not end by its deadline')), DEADLINE_MS);
	});
	return await Promise.race([run, late]).finally(() => clearTimeout(timer));
}

function outcomeOf({ status, error }: EngineRun): string {
	if (status === 'canceled') return status;
	if (!error) return 'works';
	const { comfyUi } = (error.raw as { context: { comfyUi?: { code: string } } }).context;
	return comfyUi?.code ?? error.message;
}

/** Only whole files, and no secret anywhere. */
async function verify(run: EngineRun, server: LittleComfyUi): Promise<void> {
	for (const item of run.items('Run')) {
		expect(await run.binary(item, 'data')).toEqual(server.files.read('output', item.json.fileName as string));
	}
	const text = JSON.stringify(run.raw.data.resultData);
	expect(CANARIES.filter((secret) => text.includes(secret))).toEqual([]);
}

const succeeded = (server: LittleComfyUi, promptId: string) =>
	JSON.stringify(server.history(promptId) ?? '').includes('execution_success');
