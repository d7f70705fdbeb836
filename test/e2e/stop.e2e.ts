import { LittleComfyUi } from '../server';
import { quick, slow } from '../nodes/support/jobWorkflows';
import { sentJobs } from '../nodes/support/sent';
import { until } from '../support/until';
import { chain, items, ours, start, type Credential } from './support/flows';
import { N8n } from './support/N8n';
import { tellHowLong } from './support/tellHowLong';

const n8n = N8n.shared();
const json = (workflow: object) => ({ workflow: JSON.stringify(workflow), seedMode: 'keep' });

describe('stopping an execution', () => {
	let server: LittleComfyUi;
	let credential: Credential;
	beforeEach(async () => {
		server = await LittleComfyUi.start();
		credential = await n8n.credential({ url: server.url });
	});
	afterEach(async () => await server.stop());

	const end = (promptId: string) =>
		JSON.stringify(server.history(promptId))?.match(/execution_(interrupted|success)/)?.[0];

	it.each([
		['Run Workflow', () => [ours('RunWorkflow', credential, json(slow()))]],
		[
			'Queue Prompt and Wait For Completion',
			() => [ours('QueuePrompt', credential, json(slow())), ours('WaitForCompletion', credential)],
		],
	])('takes the jobs of %s off the server at once, and no others', async (_what, nodes) => {
		const workflow = chain(start(), items([{}, {}, {}]), ...nodes());
		const id = await n8n.begin(await n8n.save(workflow), 'Start');
		await until(() => sentJobs(server).length === 3 && server.busyMs > 0, 'three jobs');
		const foreign = await server.submit(quick);
		await until(() => server.requests.some(({ path }) => path.endsWith('/ws')), 'the wait to begin');
		const began = Date.now();
		await n8n.stop(id as string);
		await server.idle();
		tellHowLong(began);
		expect((await n8n.ended(id as string)).status).toBe('canceled');
		const [running, ...pending] = sentJobs(server).map((job) => job.prompt_id);
		expect(end(running)).toBe('execution_interrupted');
		expect(pending.map(end)).not.toContain('execution_success');
		expect(end(foreign)).toBe('execution_success');
	});
});
