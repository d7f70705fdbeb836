import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { LittleComfyUi } from '../server';
import { save, textToImage } from '../nodes/support/jobWorkflows';
import { sentJobs } from '../nodes/support/sent';
import { until } from '../support/until';
import { Cluster } from './support/Cluster';
import { chain, ours, plain, type Credential } from './support/flows';
import { describeWith } from './support/programs';

const picture = { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: 255 } };
/** A workflow without a sampler, of which the server can be kept from taking any step. */
const HELD = { '1': picture, '9': save('1') };

describeWith('redis', 'postgres')('in queue mode, with two workers', () => {
	let cluster: Cluster;
	let server: LittleComfyUi;
	let credential: Credential;
	beforeAll(async () => {
		cluster = await Cluster.start();
	}, 300_000);
	beforeEach(async () => {
		server = await LittleComfyUi.start({ stepMs: 5, previews: false });
		credential = await cluster.n8n.credential({ url: server.url });
	});
	afterEach(async () => await server.stop());
	afterAll(async () => await cluster.stop());

	/** A published workflow that answers a request with a picture; the name of its worker begins the file's. */
	async function serve(path: string, workflow: object): Promise<{ id: string }> {
		const { n8n } = cluster;
		const webhook = plain('Webhook', 'n8n-nodes-base.webhook', ANSWER(path), {
			typeVersion: 2.1,
			webhookId: crypto.randomUUID(),
		});
		const run = ours('RunWorkflow', credential, {
			workflow: JSON.stringify(workflow),
			inputs: { values: [WORKER, ...('3' in workflow ? [SEED] : [])] },
			seedMode: 'keep',
		});
		const saved = await n8n.save(chain(webhook, run));
		await n8n.publish(saved);
		return saved;
	}

	async function post(path: string, seed: number): Promise<Response> {
		return await fetch(`${cluster.n8n.url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ seed }),
		});
	}

	/** Which worker submitted each job. */
	const workersOf = () => sentJobs(server).map(({ prompt }) => String(prompt['9'].inputs.filename_prefix));

	it('sixty requests get their pictures, made by both workers', async () => {
		const workflow = await serve('sixty', textToImage());
		const seeds = Array.from({ length: 60 }, (_, index) => 1000 + index);
		const answers = await Promise.all(
			seeds.map(async (seed) => {
				const answer = await post('sixty', seed);
				return { seed, status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
			}),
		);
		expect(answers.map(({ status }) => status)).toEqual(seeds.map(() => 200));
		for (const { seed, bytes } of answers) expect([seed, bytes]).toEqual([seed, fileOf(seed)]);
		expect(sentJobs(server)).toHaveLength(60);
		const counts = ['one', 'two'].map((name) => workersOf().filter((worker) => worker === name).length);
		expect(Math.min(...counts)).toBeGreaterThan(5);
		const [{ id }] = await cluster.n8n.executionsOf(workflow);
		const execution = await cluster.n8n.ended(id);
		const [item] = execution.items('RunWorkflow');
		expect(item.binary?.data.id).toMatch(/^database/);
		expect(await execution.file(item)).toEqual(
			fileOf(Number((execution.json('Webhook')[0].body as IDataObject).seed)),
		);
	});

	/** The file that the server made for a seed. */
	function fileOf(seed: number): Buffer | undefined {
		const job = sentJobs(server).find(({ prompt }) => prompt['3'].inputs.seed === seed);
		const text = JSON.stringify(server.history(job?.prompt_id ?? ''));
		const [, name] = /"filename":"([^"]+)"/.exec(text) ?? [];
		return server.files.read('output', name);
	}

	it('stopping an execution stops its job, though a worker has it', async () => {
		const workflow = await serve('stopped', HELD);
		server.faults.hold();
		const answer = post('stopped', 0).catch(() => undefined);
		await until(() => sentJobs(server).length === 1, 'the job');
		const [{ id }] = await cluster.n8n.executionsOf(workflow);
		await cluster.n8n.stop(id);
		await until(() => server.going.length === 0, 'the job to be taken off the server');
		server.faults.release();
		await answer;
		expect((await cluster.n8n.ended(id)).status).toBe('canceled');
		const [{ prompt_id: job }] = sentJobs(server);
		expect(JSON.stringify(server.history(job)) ?? '').not.toContain('execution_success');
	});

	it('a worker that dies takes its executions with it, and no job is run twice', async () => {
		const workflow = await serve('killed', HELD);
		server.faults.hold();
		const answers = Array.from({ length: 12 }, (_, index) => post('killed', index).catch(() => undefined));
		await until(() => sentJobs(server).length === 12, 'twelve jobs');
		await cluster.workers.get('one')?.kill();
		server.faults.release();
		await Promise.all(answers);
		const found = await cluster.n8n.executionsOf(workflow);
		const executions = await Promise.all(found.map(async ({ id }) => await cluster.n8n.ended(id)));
		const failed = executions.filter(({ status }) => status !== 'success');
		expect(failed).toHaveLength(workersOf().filter((worker) => worker === 'one').length);
		for (const { status, error } of failed)
			expect([status, error?.message]).toEqual(['error', expect.stringMatching(/failed to be processed/)]);
		expect(sentJobs(server)).toHaveLength(12);
		// Whoever asks again is served by the worker that is left.
		expect((await post('killed', 12)).status).toBe(200);
		expect(workersOf()[12]).toBe('two');
	});

	it('a worker that dies among 300 requests fails only its own, and no job is run twice', async () => {
		await cluster.workers.get('one')?.kill(); // when the test before has not
		await cluster.addWorker('three');
		await serve('crowd', textToImage());
		server.faults.hold();
		const seeds = Array.from({ length: 300 }, (_, index) => index);
		const answers = seeds.map(async (seed) => (await post('crowd', seed).catch(() => undefined))?.status);
		// Each worker has at most ten executions at a time; the others wait in Redis.
		await until(() => sentJobs(server).length === 20, 'twenty jobs');
		const lost = workersOf().filter((worker) => worker === 'three').length;
		await cluster.workers.get('three')?.kill();
		server.faults.release();
		const statuses = await Promise.all(answers);
		expect(lost).toBeGreaterThan(0);
		expect(statuses.filter((status) => status === 200)).toHaveLength(300 - lost);
		const sent = sentJobs(server).map(({ prompt }) => prompt['3'].inputs.seed);
		expect(sent.sort((a, b) => Number(a) - Number(b))).toEqual(seeds);
		await server.idle();
		expect(seeds.filter((seed) => !fileOf(seed))).toEqual([]);
	}, 300_000);
});

const ANSWER = (path: string): INodeParameters => ({
	httpMethod: 'POST',
	path,
	responseMode: 'lastNode',
	responseData: 'firstEntryBinary',
	responseBinaryPropertyName: 'data',
	options: {},
});
const WORKER = { node: '9', input: 'filename_prefix', value: '={{ $env.E2E_WORKER }}' };
const SEED = { node: '3', input: 'seed', value: '={{ $json.body.seed }}' };
