import type { Fault } from './support/Fault';
import { playNodeRed } from './support/playNodeRed';
import type { Scene } from './support/Scene';
import { answers } from './table/answers';
import { connection } from './table/connection';
import { nodeRedOutcomes } from './table/nodeRed';
import { nodes } from './table/nodes';
import { server } from './table/server';

jest.mock('../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../client/support/fastDelay')>('../client/support/fastDelay')
		.fastDelay(20),
);

/**
 * All faults of the connection, of answers and of the server, which are made for the client. Some strike each request once, so
 * that more than two retries are needed. A download that a proxy answers with something else cannot be told from the file.
 */
const rows: Fault[] = [connection, answers, server]
	.flat()
	.filter(({ name }) => !name.endsWith('and the events tell of the job'));
const RETRIES = 6;

/** The faults of n8n's node, except that of n8n's disk. */
const faults = nodes.filter(({ name }) => !name.includes('n8n'));

test('the table has all faults, and says only of rows that it has how they end', () => {
	expect(rows.length + faults.length).toBeGreaterThan(100);
	const names = rows.map(({ name }) => name);
	expect(Object.keys(nodeRedOutcomes).filter((name) => !names.includes(name))).toEqual([]);
});

test.each(faults.map((fault) => [fault.name, fault.outcome, fault] as const))(
	'comfyui-run, when %s: %s',
	async (_name, _outcome, fault) =>
		await playNodeRed({
			...fault,
			arm: ({ flow, ...scene }) =>
				fault.arm({ ...scene, cancel: () => flow.receive({ comfyui: { cancel: true } }) }),
		}),
);

test.each(rows.map((fault) => [fault.name, nodeRedOutcomes[fault.name] ?? 'works', fault] as const))(
	'comfyui-run, when %s: %s',
	async (name, outcome, { arm, outcomes, waitMs, server: options }) =>
		await playNodeRed({
			arm: async (scene) => await arm(scene as unknown as Scene),
			// What strikes waits only, strikes jobs that are queued.
			whenQueued: Object.keys(outcomes).every((operation) => operation === 'wait'),
			outcome,
			timeoutMs: waitMs,
			server: options,
			retries: RETRIES,
			upload: true,
			isStuck: name === 'the worker dies',
		}),
);
