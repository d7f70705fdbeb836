import type { LittleComfyUiOptions } from '../../server';
import type { PoolStage } from '../../client/hosts/pool/support/PoolStage';
import { gate } from '../../support/gate';
import { until } from '../../support/until';

/** One thing that goes wrong with the first of three servers (`a`) while a pool runs jobs on them. */
export interface PoolFault {
	name: string;
	/** Options of the first server. */
	first?: LittleComfyUiOptions;
	/** Makes it go wrong before the jobs begin. */
	before?: (stage: PoolStage) => unknown;
	/** Makes it go wrong when the first server has jobs. */
	during?: (stage: PoolStage) => unknown;
	/** Puts it right when all servers but the first have done their jobs. */
	after?: (stage: PoolStage) => unknown;
	/** What becomes of the jobs: all succeed, and no server runs one that has finished. */
	outcome: {
		/** Whether the first server runs some of them to their end; undefined where either may be. */
		first?: boolean;
		/** Whether some are handed to another server. */
		again: boolean;
	};
}

const POST = { method: 'POST', path: /\/prompt$/ };
const busy = { status: 429, headers: { 'retry-after': '30' }, body: 'slow down' };
const paused = gate();
const cut = gate();

export const pool: PoolFault[] = [
	{
		name: 'a server is killed',
		during: async ({ servers: [a] }) => await a.stop(),
		outcome: { again: true },
	},
	{
		name: 'a server is restarted, and has forgotten everything',
		during: async ({ servers: [a] }) => await a.restart(),
		outcome: { again: true },
	},
	{
		name: 'a server is paused, as by SIGSTOP, and goes on later',
		during: ({ servers: [a] }) => {
			a.faults.hold();
			a.faults.halfOpen();
			a.faults.holdRequest({ path: /./ }, async () => await paused.passed);
		},
		after: ({ servers: [a] }) => {
			a.faults.clear();
			a.faults.release();
			paused.open();
			a.faults.reapHalfOpen();
		},
		outcome: { first: true, again: false },
	},
	{
		name: 'the network to a server is cut for a while, and its jobs go on',
		during: ({ servers: [a] }) => {
			a.faults.halfOpen();
			a.faults.holdRequest({ path: /./ }, async () => await cut.passed);
		},
		after: ({ servers: [a] }) => {
			a.faults.clear();
			cut.open();
			a.faults.reapHalfOpen();
		},
		outcome: { first: true, again: false },
	},
	{
		name: 'a server refuses jobs (429)',
		before: ({ servers: [a] }) => a.faults.respond(POST, busy),
		outcome: { first: false, again: false },
	},
	{
		name: 'a server begins to refuse jobs (429)',
		during: ({ servers: [a] }) => a.faults.respond(POST, busy),
		outcome: { first: true, again: false },
	},
	{
		name: 'a server has other models',
		first: { models: { checkpoints: ['other.safetensors'] } },
		outcome: { first: false, again: false },
	},
	{
		name: 'a server lacks a node type',
		first: { objectInfo: { CheckpointLoaderSimple: null } },
		outcome: { first: false, again: false },
	},
	{
		name: 'a server does not answer how many jobs it has',
		before: ({ servers: [a] }) => a.faults.holdRequest({ method: 'GET', path: /\/prompt$/ }),
		outcome: { first: false, again: false },
	},
	{
		name: 'the clock of a server is a year ahead',
		first: { clockAheadMs: 365 * 86_400_000 },
		outcome: { first: true, again: false },
	},
	{
		name: 'the clock of a server is a year behind',
		first: { clockAheadMs: -365 * 86_400_000 },
		outcome: { first: true, again: false },
	},
	{
		name: 'the events of a server break off, again and again',
		during: async ({ servers: [a] }) => {
			for (let times = 0; times < 3; times++) {
				await until(() => a.sockets > 0 || a.going.length === 0, 'the socket');
				a.faults.dropSockets();
			}
		},
		outcome: { first: true, again: false },
	},
];
