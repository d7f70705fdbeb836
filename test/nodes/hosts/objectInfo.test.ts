import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { comfyApiV2Stage } from '../../client/hosts/support/comfyOrgStages';
import { ComfyDeployStage } from '../../client/hosts/support/comfyDeployStage';
import { ComfyServerlessStage } from '../../client/hosts/support/comfyServerlessStage';
import { RunPodStage } from '../../client/hosts/support/runPodStage';
import type { HostStage } from '../../client/hosts/support/HostStage';
import type { Engine, EngineRun, InputItem } from '../../support/engine';
import { until } from '../../support/until';
import { startWholeEngine } from './support/engine';
import { HostPlay } from './support/HostPlay';
import { setups, type HostSetup } from './support/setups';

let engine: Engine;
beforeAll(async () => {
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());

const stages: HostStage[] = [];
afterEach(async () => {
	for (const stage of stages.splice(0)) await stage.stop();
});

const EDITOR =
	'{"nodes": [{"id": 3, "type": "KSampler", "inputs": [], "outputs": []}], "links": [], "version": 0.4}';
const API = '{"3": {"class_type": "KSampler", "inputs": {"seed": 18446744073709551615}}}';

/** Where the operations of services are: in ComfyUI Server, and in nodes of Object Info that were saved before it existed. */
const PLACES = {
	'Object Info 1': {
		node: 'Info',
		typeVersion: 1,
		schema: (operation: string) => `ObjectInfo/__schema__/v1.0.0/${operation}`,
		parameters: (operation: string): INodeParameters => ({ operation }),
	},
	'ComfyUI Server': {
		node: 'Server',
		typeVersion: 1,
		schema: (operation: string) => `Server/__schema__/v1.0.0/${MOVED[operation]}`,
		parameters(operation: string): INodeParameters {
			const [resource, name] = (MOVED[operation] ?? 'queue/getMany').split('/');
			return { resource, operation: name };
		},
	},
} as const;

const MOVED: Record<string, string> = {
	getHealth: 'server/getHealth',
	getServiceFile: 'file/get',
	getWorkflowVersion: 'workflowVersion/get',
	listJobs: 'job/getMany',
	listServiceModels: 'model/getMany',
	loadModel: 'model/load',
	retryJob: 'job/runAgain',
	uploadServiceFile: 'file/upload',
	uploadWorkflow: 'workflowVersion/upload',
};

describe.each(Object.entries(PLACES))('in %s:', (_title, place) => {
	/** A stand-in, and a function that sends it a request. */
	async function stand<T extends HostStage>(start: () => Promise<T>, setup: HostSetup) {
		const stage = await start();
		stages.push(stage);
		const play = new HostPlay(engine, stage, setup);
		const run = async (operation: string, given: INodeParameters = {}, input?: InputItem[]) => {
			const { jobId, ...parameters } = given; // ComfyUI Server has one parameter for a job
			const job: INodeParameters =
				jobId === undefined
					? {}
					: { jobId, promptId: { __rl: true, mode: 'id', value: jobId } as unknown as INodeParameters };
			return await play.run([node(play, operation, { ...parameters, ...job })], { input });
		};
		const rows = async (...asked: Parameters<typeof run>) => itemsOf(asked[0], await run(...asked));
		return { stage, run, rows };
	}

	function node(play: HostPlay, operation: string, parameters: INodeParameters = {}) {
		const { typeVersion } = place;
		return { ...play.node(place.node, { ...place.parameters(operation), ...parameters }), typeVersion };
	}

	/** The JSON of the items, which has to be what the schema of the operation promises. */
	function itemsOf(operation: string, run: EngineRun) {
		expect(run.error?.message).toBeUndefined();
		const items = run.items(place.node).map(({ json }) => json);
		for (const item of items) {
			const known = Object.keys(schemaOf(operation).properties);
			expect(known).toEqual(expect.arrayContaining(Object.keys(item)));
		}
		return items;
	}

	function schemaOf(operation: string): { properties: object } {
		const file = join(__dirname, '../../../nodes', `${place.schema(operation)}.json`);
		return JSON.parse(readFileSync(file, 'utf8'));
	}

	describe.each(['v2', 'webApp'] as const)('workflows of ComfyUI Deploy (%s)', (generation) => {
		const start = async () =>
			await stand(async () => await ComfyDeployStage.start({ generation }), setups.comfyDeploy);
		const upload = { saveAs: 'new', workflowName: 'Portrait', editorWorkflow: EDITOR, apiWorkflow: API };

		test('are uploaded and read back with every digit', async () => {
			const { stage, rows } = await start();
			const { workflowId } = stage.server;
			expect(await rows('uploadWorkflow', upload)).toMatchObject([{ workflowId }]);
			expect(await rows('uploadWorkflow', { ...upload, saveAs: 'version', workflowId })).toMatchObject([
				{ workflowId, version: '2' },
			]);
			const [version] = await rows('getWorkflowVersion', { versionId: 'version-2' });
			expect(version).toMatchObject({
				id: 'version-2',
				workflowId,
				workflow: JSON.parse(EDITOR),
				text: expect.stringContaining('18446744073709551615'),
			});
		});

		test.each([
			['the formats are mixed up', { editorWorkflow: API }, /not in editor format/],
			['the API format is another one', { apiWorkflow: EDITOR }, /not in API format/],
			['the name is blank', { workflowName: ' ' }, /"Workflow Name" is empty/],
			[
				'the workflow is not there',
				{ saveAs: 'version', workflowId: 'nobody' },
				/not found|invalid workflow_id/i,
			],
		])('are refused when %s', async (_when, changes, message) => {
			const { run, stage } = await start();
			const { error } = await run('uploadWorkflow', { ...upload, ...changes });
			expect(error?.message).toMatch(message);
			expect(error?.description).toBeTruthy();
			expect(stage.server.versions.size).toBe(0);
		});
	});

	describe('what ComfyUI Serverless keeps', () => {
		const start = async () =>
			await stand(async () => await ComfyServerlessStage.start(), setups.comfyServerless);

		test('jobs are listed by status and number, and failed ones retried', async () => {
			const { stage, run, rows } = await start();
			const client = stage.connect();
			const ids: string[] = [];
			for (const kind of ['failing', 'picture', 'picture'] as const) {
				ids.unshift((await client.queuePrompt(stage.job(kind).workflow)).promptId);
				await until(() => stage.going().length === 0, 'the end');
			}
			expect((await rows('listJobs')).map(({ promptId }) => promptId)).toEqual(ids);
			expect(await rows('listJobs', { limit: 1 })).toHaveLength(1);
			const [failed] = await rows('listJobs', { jobStatus: 'failed', returnAll: true });
			expect(failed).toMatchObject({ promptId: ids[2], status: 'failed' });
			const [again] = await rows('retryJob', { jobId: ids[2] });
			expect(again).toEqual({ promptId: expect.any(String), retried: ids[2] });
			expect(stage.server.book.executions.has(String(again.promptId))).toBe(true);
			const { error } = await run('retryJob', { jobId: ids[0] });
			expect(error?.description).toMatch(/Only failed jobs/);
		});

		test('models are listed and loaded', async () => {
			const { stage, rows } = await start();
			const name = 'sd_xl_base_1.0.safetensors';
			expect(await rows('listServiceModels')).toMatchObject([{ name, type: 'checkpoint', loaded: false }]);
			expect(await rows('listServiceModels', { modelFilter: 'lora' })).toEqual([]);
			expect(await rows('loadModel', { modelName: name })).toEqual([
				{ name, type: 'checkpoint', loaded: true },
			]);
			expect(stage.server.loaded).toEqual([name]);
		});

		test('files are stored and fetched again', async () => {
			const { run, rows } = await start();
			const data = Buffer.from('some bytes');
			const input = [{ json: {}, binary: { photo: { data, fileName: 'a cat.png', mimeType: 'image/png' } } }];
			const [stored] = await rows('uploadServiceFile', { inputBinaryField: 'photo' }, input);
			expect(stored).toMatchObject({ filename: 'a cat.png', size: data.length });
			const fetched = await run('getServiceFile', {
				fileId: String(stored.fileId),
				outputBinaryField: 'file',
			});
			expect(itemsOf('getServiceFile', fetched)).toMatchObject([{ fileId: stored.fileId }]);
			expect(await fetched.binary(fetched.items(place.node)[0], 'file')).toEqual(data);
			const facts = await run('getServiceFile', { fileId: String(stored.fileId), download: false });
			expect(facts.items(place.node)[0].binary).toBeUndefined();
			const { error } = await run('getServiceFile', { fileId: 'nobody' });
			expect(error?.raw).toMatchObject({ context: { comfyUi: { code: 'not-found' } } });
		});

		test('its health is reported', async () => {
			const { rows } = await start();
			expect(await rows('getHealth')).toMatchObject([
				{ status: 'degraded', services: [{ name: 'comfyui' }] },
			]);
		});
	});

	test('jobs of the Comfy API v2 are listed with the labels that they were submitted with', async () => {
		const stage = await comfyApiV2Stage();
		stages.push(stage);
		const play = new HostPlay(engine, stage, setups.comfyApiV2);
		const labels = { label: [{ name: 'campaign', value: 'autumn' }] };
		const run = await play.run([play.runNode('picture', { options: { labels } })]);
		expect(run.error?.message).toBeUndefined();
		const listed = await play.run([node(play, 'listJobs')]);
		expect(itemsOf('listJobs', listed)).toMatchObject([{ metadata: { campaign: 'autumn' } }]);
		const nameless = { label: [{ name: ' ', value: 'autumn' }] };
		const refused = await play.run([play.runNode('picture', { options: { labels: nameless } })]);
		expect(refused.error?.message).toContain('label');
	});

	test('RunPod tells of its jobs and workers', async () => {
		const { rows } = await stand(async () => await RunPodStage.start(), setups.runPod);
		expect(await rows('getHealth')).toMatchObject([{ jobs: { inQueue: 0 }, workers: { idle: 1 } }]);
	});

	test('an operation of another host is refused', async () => {
		const { run } = await stand(async () => await RunPodStage.start(), setups.runPod);
		for (const operation of ['listJobs', 'listNodeTypes']) {
			const { error } = await run(operation);
			expect(error?.raw).toMatchObject({ context: { comfyUi: { code: 'not-supported' } } });
			expect(error?.description).toBeTruthy();
		}
	});
});
