import { setTimeout as delay } from 'node:timers/promises';
import { startBeside, type Beside } from '../../scripts/bench/helperProcess';
import { slow } from '../client/support/workflows';
import { Cluster } from './support/Cluster';
import { chain, ours, plain } from './support/flows';
import { describeWith } from './support/programs';

const JOBS = 90;
const SECONDS = 1.5;
/** Requests at once: more than the 20 executions that two workers have, and few enough for n8n's connections to Postgres. */
const AT_ONCE = 30;
/** Jobs that the pool has on a server at once: one that runs and one that waits, so that it goes on without a pause. */
const FULL = 2;

/** How many jobs each server has, the one that runs among them; taken at one time. */
type Sample = readonly number[];

describeWith('redis', 'postgres')('a pool of three servers in queue mode, with two workers', () => {
	let cluster: Cluster;
	let servers: Beside[];
	beforeAll(async () => {
		cluster = await Cluster.start();
	}, 300_000);
	beforeEach(async () => {
		servers = await Promise.all([1, 2, 3].map(async () => await startBeside('littleServer.ts')));
	});
	afterEach(() => {
		for (const server of servers) server.stop();
	});
	afterAll(async () => await cluster.stop());

	/** A published workflow that answers a request with where its job ran and which worker had it. */
	async function serve(path: string): Promise<void> {
		const { n8n } = cluster;
		const entries = servers.map(({ url }, index) => ({
			name: `gpu-${index + 1}`,
			url,
			authentication: 'none',
			weight: 1,
		}));
		const account = await n8n.credential({ servers: { server: entries } }, 'comfyUiPoolApi', 'Pool');
		const webhook = plain(
			'Webhook',
			'n8n-nodes-base.webhook',
			{ httpMethod: 'POST', path, responseMode: 'lastNode', options: {} },
			{ typeVersion: 2.1, webhookId: crypto.randomUUID() },
		);
		const values = [
			{ node: '2', input: 'seed', value: '={{ $json.body.seed }}' },
			{ node: '3', input: 'filename_prefix', value: '={{ $env.E2E_WORKER }}' },
		];
		const parameters = {
			host: 'pool',
			workflowSource: 'json',
			workflow: JSON.stringify(slow(SECONDS, 3)),
			inputs: { values },
			seedMode: 'keep',
		};
		const run = ours('RunWorkflow', account, parameters, { credentials: { comfyUiPoolApi: account } });
		await n8n.publish(await n8n.save(chain(webhook, run)));
	}

	interface Answered {
		status: number;
		server: string;
		worker: string;
	}

	async function post(path: string, seed: number): Promise<Answered> {
		const answer = await fetch(`${cluster.n8n.url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ seed }),
		});
		const { server, filename } = (await answer.json()) as Record<string, unknown>;
		const [worker] = String(filename).split('_');
		return { status: answer.status, server: String(server), worker };
	}

	const askAll = async (question: string): Promise<Sample> =>
		await Promise.all(servers.map(async (server) => await server.ask(question)));

	it('lets no server idle while another has more than one job waiting', async () => {
		await serve('shared');
		await post('shared', 0); // loads the nodes and the node types
		const before = await askAll('submitted');
		const all: Answered[] = [];
		let seed = 0;
		const lanes = Array.from({ length: AT_ONCE }, async () => {
			while (seed < JOBS) all.push(await post('shared', ++seed));
		});
		let isOver = false;
		const requests = Promise.all(lanes).finally(() => (isOver = true));
		const samples: Sample[] = [];
		while (!isOver) {
			const sample = await askAll('going');
			if (sample.some((jobs) => jobs > 0)) samples.push(sample);
			await delay(5);
		}
		await requests;
		const submitted = (await askAll('submitted')).map((count, index) => count - before[index]);
		const unfair = samples.filter((sample) => Math.min(...sample) === 0 && Math.max(...sample) > FULL);
		const withIdle = samples.filter((sample) => Math.min(...sample) === 0);
		const count = (key: 'server' | 'worker', of: string) =>
			all.filter(({ [key]: name }) => name === of).length;
		process.stdout.write(
			`${JOBS} jobs of ${SECONDS * 1000} ms, 2 workers, 3 servers: ${submitted.join(' + ')} jobs; ` +
				`workers ${count('worker', 'one')} + ${count('worker', 'two')}; ${samples.length} samples, ` +
				`${withIdle.length} with an idle server, ${unfair.length} of these while another has more than one waiting; ` +
				`longest queue ${Math.max(...samples.flat())}\n`,
		);
		expect(all.filter(({ status }) => status !== 200)).toEqual([]);
		expect(submitted.reduce((sum, one) => sum + one, 0)).toBe(JOBS); // none was queued twice
		for (const [index, jobs] of submitted.entries())
			expect([jobs, jobs]).toEqual([jobs, count('server', `gpu-${index + 1}`)]);
		expect(Math.min(count('worker', 'one'), count('worker', 'two'))).toBeGreaterThan(JOBS / 10);
		expect(Math.max(...samples.flat())).toBeGreaterThanOrEqual(FULL); // there were jobs that waited
		expect(unfair.length / samples.length).toBeLessThan(0.01);
	}, 300_000);
});
