import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { INode, INodeParameters } from 'n8n-workflow';
import { LittleComfyUi } from '../server';
import { failing } from '../client/hosts/support/jobs';
import { picture } from '../client/support/workflows';
import { nodeType } from '../support/builtPackage';
import { until } from '../support/until';
import { installInto, pack } from './setup/tarball';
import { Cluster } from './support/Cluster';
import { Editor } from './support/Editor';
import { chain, exampleFlow, ours, plain, type Credential } from './support/flows';
import { freePort } from './support/freePort';
import { N8n } from './support/N8n';
import { N8nProcess } from './support/N8nProcess';
import { describeWith } from './support/programs';

const EDITOR = { clientId: 'the-editor' };
/** How often n8n is killed between an event and the end of its execution. Each start takes half a minute. */
const KILLS = process.env.E2E === 'all' ? 20 : 2;
const KILLS_MS = 200_000 + KILLS * 90_000;

let color = 0;
/** A job of another client, each different so that no result is cached. */
const submit = async (server: LittleComfyUi) => await server.submit(picture(++color), EDITOR);

/** A trigger, and a node that takes some time, so that n8n can end meanwhile. */
function triggered(credential: Credential, seconds = 0, parameters: INodeParameters = {}) {
	const pause = plain(
		'Pause',
		'n8n-nodes-base.wait',
		{ amount: seconds, unit: 'seconds' },
		{ typeVersion: 1.1 },
	);
	return chain(ours('Trigger', credential, parameters), ...(seconds > 0 ? [pause] : []));
}

/** How many executions of a workflow were started for each job. */
async function startsOf(n8n: N8n, workflow: { id: string }, jobs: string[]): Promise<number[]> {
	const texts: string[] = [];
	for (const { id } of await n8n.executionsOf(workflow)) {
		// without data when n8n has replaced the execution meanwhile
		const { data = '' } = await n8n.rest.get<{ data?: string }>(`/rest/executions/${id}`);
		texts.push(data);
	}
	return jobs.map((job) => texts.filter((text) => text.includes(job)).length);
}

const once = (jobs: string[]) => jobs.map(() => 1);

async function untilStarted(n8n: N8n, workflow: { id: string }, jobs: string[]): Promise<void> {
	const all = async () => {
		await delay(250);
		return (await startsOf(n8n, workflow, jobs)).every((count) => count > 0);
	};
	await until(all, 'an execution for every job', 90_000);
}

describe('ComfyUI Trigger', () => {
	let home: string;
	let port: string;
	let main: N8nProcess;
	let n8n: N8n;
	let server: LittleComfyUi;
	let credential: Credential;
	const start = async () => (main = await N8nProcess.start('start', home, { N8N_PORT: port }));
	beforeAll(async () => {
		home = mkdtempSync(path.join(tmpdir(), 'n8n-e2e-trigger-'));
		installInto(home, pack(home));
		port = String(await freePort());
		await start();
		n8n = await N8n.setUp(main.url);
	}, 300_000);
	beforeEach(async () => {
		server = await LittleComfyUi.start();
		credential = await n8n.credential({ url: server.url });
	});
	afterEach(async () => await server.stop());
	afterAll(async () => {
		await main.stop();
		if (!process.env.E2E_KEEP) rmSync(home, { recursive: true, force: true });
	});

	/** Saves and activates a workflow. */
	async function activate(seconds = 0, parameters: INodeParameters = {}) {
		const saved = await n8n.save(triggered(credential, seconds, parameters));
		await n8n.publish(saved);
		await until(() => server.sockets > 0, 'the socket of the trigger');
		return saved;
	}

	const isPublished = async ({ id }: { id: string }) => {
		await delay(100);
		const answer = await n8n.rest.get<{ status: string }>(`/rest/workflows/${id}/publication-status`);
		return answer.status === 'published';
	};

	it('fires for the job of the editor, and not for a job of before the activation', async () => {
		const before = await submit(server);
		await server.idle();
		const workflow = await activate();
		const job = await submit(server);
		await untilStarted(n8n, workflow, [job]);
		expect(await startsOf(n8n, workflow, [before, job])).toEqual([0, 1]);
		const [{ id }] = await n8n.executionsOf(workflow);
		const execution = await n8n.ended(id);
		expect(execution.json('Trigger')).toMatchObject([
			{ event: 'finished', promptId: job, clientId: 'the-editor', status: 'success' },
		]);
	});

	it('a file of the job is in the execution', async () => {
		const workflow = await activate(0, { output: 'separate', binaryPropertyName: 'data' });
		await untilStarted(n8n, workflow, [await submit(server)]);
		const [{ id }] = await n8n.executionsOf(workflow);
		const execution = await n8n.ended(id);
		const [item] = execution.items('Trigger');
		expect(await execution.file(item)).toEqual(server.files.read('output', 'x_00001_.png'));
	});

	it('the example tells the chat which node failed and what to do', async () => {
		const flow = exampleFlow('trigger/job-failed-to-chat.json', credential);
		const chat = flow.nodes.find(({ type }) => type.endsWith('.slack')) as INode;
		const value = chat.parameters.text as string;
		// in place of Slack, which cannot be reached from here
		Object.assign(chat, { type: 'n8n-nodes-base.set', typeVersion: 3.4 });
		chat.parameters = {
			assignments: { assignments: [{ id: '1', name: 'text', value, type: 'string' }] },
			options: {},
		};
		const workflow = await n8n.save(flow);
		await n8n.publish(workflow);
		await until(() => server.sockets > 0, 'the socket of the trigger');
		const job = await server.submit(failing(), EDITOR);
		await untilStarted(n8n, workflow, [job]);
		const [{ id }] = await n8n.executionsOf(workflow);
		const [{ text }] = (await n8n.ended(id)).json(chat.name);
		expect(text).toMatch(/^ComfyUI job failed: .*the node broke.*\nNode: TFail \(2\)\nWhat to do: .+\nJob: /);
		expect(text).toContain(job);
	});

	it('a workflow that queues jobs does not start itself with "All But This Instance"', async () => {
		const run = ours('RunWorkflow', credential, {
			workflowSource: 'json',
			workflow: JSON.stringify(picture(++color, 'made_by_n8n')),
		});
		const workflow = await n8n.save(chain(ours('Trigger', credential, { from: 'others' }), run));
		await n8n.publish(workflow);
		await until(() => server.sockets > 0, 'the socket of the trigger');
		const first = await submit(server);
		await untilStarted(n8n, workflow, [first]);
		const [{ id }] = await n8n.executionsOf(workflow);
		expect((await n8n.ended(id)).items('RunWorkflow')).toHaveLength(1);
		const second = await submit(server);
		await untilStarted(n8n, workflow, [second]);
		expect(await n8n.executionsOf(workflow)).toHaveLength(2);
	});

	it('deactivation leaves no socket', async () => {
		const { id } = await activate();
		await n8n.rest.post(`/rest/workflows/${id}/deactivate`);
		await until(() => server.sockets === 0, 'the socket to be closed');
	});

	it('"Execute workflow" waits for the next job', async () => {
		await submit(server);
		await server.idle();
		const saved = await n8n.save(triggered(credential));
		const id = await n8n.begin(saved, 'Trigger');
		await until(
			() => server.requests.some(({ path: asked }) => asked.endsWith('/history')),
			'the first poll',
		);
		await delay(500);
		const job = await submit(server);
		const execution = await n8n.ended(String(id));
		expect(execution.json('Trigger')).toMatchObject([{ promptId: job }]);
		await until(() => server.sockets === 0, 'the socket to be closed');
	});

	it('a server that answers 500, and one that is away for an hour, lose nothing', async () => {
		const workflow = await activate();
		server.faults.respond({ path: /\/history/, times: 3 }, { status: 500, body: 'got itself in trouble' });
		const first = await submit(server);
		await untilStarted(n8n, workflow, [first]);
		let up = () => {};
		const restarting = server.restart({ downUntil: new Promise<void>((resolve) => (up = resolve)) });
		await delay(3_000);
		const real = Date.now;
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => real() + 3_600_000);
		try {
			up();
			await restarting;
			const second = await submit(server);
			await server.idle();
			clock.mockRestore();
			await untilStarted(n8n, workflow, [second]);
			expect(await startsOf(n8n, workflow, [first, second])).toEqual([1, 1]);
		} finally {
			clock.mockRestore();
		}
	});

	it('catches up after n8n was down', async () => {
		const workflow = await activate();
		const jobs = [await submit(server)];
		await untilStarted(n8n, workflow, jobs);
		await main.stop();
		for (let count = 0; count < 3; count++) jobs.push(await submit(server));
		await server.idle();
		await start();
		await untilStarted(n8n, workflow, jobs);
		expect(await startsOf(n8n, workflow, jobs)).toEqual(once(jobs));
	}, 300_000);

	it(
		`loses and doubles nothing when it is killed ${KILLS} times between an event and the end of its execution`,
		async () => {
			const workflow = await activate(2);
			const jobs: string[] = [];
			for (let round = 0; round < KILLS; round++) {
				jobs.push(await submit(server));
				await server.idle();
				// from the moment of the event to well within the execution
				await delay((round % 10) * 60);
				await main.kill();
				await start();
				await until(() => server.sockets > 0, 'the trigger to be back', 180_000);
				// n8n that is killed during an activation takes minutes to try that again
				await until(() => isPublished(workflow), 'the end of the activation', 180_000);
			}
			await untilStarted(n8n, workflow, jobs);
			await delay(3_000);
			expect(await startsOf(n8n, workflow, jobs)).toEqual(once(jobs));
		},
		KILLS_MS,
	);
});

describeWith('chromium')('ComfyUI Trigger in the editor', () => {
	const n8n = N8n.shared();
	let server: LittleComfyUi;
	let editor: Editor;
	beforeAll(async () => {
		await n8n.forgetCredentials();
		server = await LittleComfyUi.start({ port: process.env.E2E_SCREENSHOTS ? 8188 : 0 });
		editor = await Editor.open(n8n);
	});
	afterAll(async () => {
		await editor.close();
		await server.stop();
	});

	it('listens when it is executed, and shows why a job of another client failed', async () => {
		const credential = await n8n.credential({ url: server.url });
		const trigger = plain(
			'ComfyUI Trigger',
			nodeType('Trigger'),
			{ events: ['finished', 'failed'], from: 'others' },
			{ credentials: { comfyUiApi: credential } },
		);
		await editor.show({ ...chain(trigger), name: 'Watch the server' }, trigger.name);
		await editor.at('node-execute-button').click();
		await until(() => server.sockets > 0, 'the socket of the trigger');
		await until(
			() => server.requests.some(({ path: asked }) => asked.endsWith('/history')),
			'the first poll',
		);
		await delay(500);
		await server.submit(failing(), EDITOR);
		const output = editor.at('output-panel');
		await output.getByText('JSON', { exact: true }).click();
		await output.getByText('the node broke').first().scrollIntoViewIfNeeded();
		await editor.picture('trigger-failed');
		expect(editor.complaints).toEqual([]);
		await until(() => server.sockets === 0, 'the socket to be closed');
	});
});

describeWith('redis', 'postgres')('ComfyUI Trigger in queue mode', () => {
	let cluster: Cluster;
	let server: LittleComfyUi;
	beforeAll(async () => {
		cluster = await Cluster.start();
		server = await LittleComfyUi.start();
	}, 300_000);
	afterAll(async () => {
		await cluster.stop();
		await server.stop();
	});

	it('the leader starts executions on the workers, and the next leader continues where it ended', async () => {
		const { n8n } = cluster;
		const credential = await n8n.credential({ url: server.url });
		const workflow = await n8n.save(triggered(credential, 2));
		await n8n.publish(workflow);
		await until(() => server.sockets === 1, 'the socket of the trigger');
		const jobs = [await submit(server)];
		await untilStarted(n8n, workflow, jobs);
		jobs.push(await submit(server));
		await server.idle();
		await cluster.restartMain(async () => {
			jobs.push(await submit(server));
			await server.idle();
		});
		await untilStarted(n8n, workflow, jobs);
		await delay(3_000);
		expect(await startsOf(n8n, workflow, jobs)).toEqual(once(jobs));
		expect(server.sockets).toBe(1);
	}, 300_000);

	it('with a second main that also takes itself for the leader, each job still starts one execution', async () => {
		const { n8n } = cluster;
		const credential = await n8n.credential({ url: server.url });
		const workflow = await n8n.save(triggered(credential, 2));
		await n8n.publish(workflow);
		const sockets = server.sockets;
		const second = await cluster.addMain();
		await until(() => server.sockets >= 2 * sockets, 'the sockets of the second main');
		const jobs: string[] = [];
		for (let count = 0; count < 10; count++) {
			jobs.push(await submit(server));
			await server.idle();
			await delay(300);
		}
		await untilStarted(n8n, workflow, jobs);
		await second.kill();
		jobs.push(await submit(server));
		await untilStarted(n8n, workflow, jobs);
		await delay(10_000); // an execution that was refused is tried again for some seconds
		expect(await startsOf(n8n, workflow, jobs)).toEqual(once(jobs));
	}, 300_000);
});
