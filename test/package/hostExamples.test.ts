import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { IConnections, ICredentialDataDecryptedObject, INode, INodeParameters } from 'n8n-workflow';
import { ComfyDeployStage } from '../client/hosts/support/comfyDeployStage';
import { comfyApiV2Stage, comfyCloudStage } from '../client/hosts/support/comfyOrgStages';
import { ComfyServerlessStage } from '../client/hosts/support/comfyServerlessStage';
import type { HostStage } from '../client/hosts/support/HostStage';
import { RunComfyStage } from '../client/hosts/support/runComfyStage';
import { RunPodStage } from '../client/hosts/support/runPodStage';
import { setups, type HostSetup } from '../nodes/hosts/support/setups';
import { DEPLOYMENTS } from '../server/hosts/comfyDeploy';
import { loadBuiltPackage, packageName } from '../support/builtPackage';
import { Engine, type InputItem } from '../support/engine';
import { root } from './packed';

const OURS = `${packageName}.`;
const folder = path.join(root, 'examples/hosts');
const picture = readFileSync(path.join(root, 'test/fixtures/picture.png'));

interface Example {
	nodes: INode[];
	connections: IConnections;
}

/** A host, and what the trigger of its example would emit: triggers are n8n's own nodes, which are not here. */
interface Scene {
	start: () => Promise<HostStage>;
	setup: HostSetup;
	input: InputItem[];
	/** Of further credentials that the example needs. */
	others?: (stage: HostStage) => Record<string, ICredentialDataDecryptedObject>;
}

const manual: InputItem[] = [{ json: {} }];
const form: InputItem[] = [
	{
		json: { Prompt: 'a "quoted" style' },
		binary: { Picture: { data: picture, fileName: 'me.png', mimeType: 'image/png' } },
	},
];

const SCENES: Record<string, Scene> = {
	'comfy-cloud.json': {
		start: comfyCloudStage,
		setup: setups.comfyCloud,
		input: [{ json: { body: { prompt: 'a "quoted" lighthouse\nin a storm' } } }],
	},
	'comfy-api-v2.json': { start: comfyApiV2Stage, setup: setups.comfyApiV2, input: manual },
	'comfyui-deploy.json': {
		start: async () => await ComfyDeployStage.start(),
		setup: setups.comfyDeploy,
		input: form,
	},
	'comfyui-serverless.json': {
		start: async () => {
			const stage = await ComfyServerlessStage.start({ shapes: 'real', refresh: 'query', validates: true });
			stage.server.comfyUi.files.put('input', 'example.png', picture);
			return stage;
		},
		setup: setups.comfyServerless,
		input: manual,
		others: (stage) => ({ comfyUiApi: { url: (stage as ComfyServerlessStage).server.comfyUi.url } }),
	},
	'runcomfy.json': { start: async () => await RunComfyStage.start(), setup: setups.runComfy, input: form },
	'runpod.json': { start: async () => await RunPodStage.start(), setup: setups.runPod, input: form },
};

/** The same with small pictures, which are painted at once, and a deployment that the stand-in has. */
function adapted(parameters: INodeParameters): INodeParameters {
	const text = JSON.stringify(parameters)
		.replace(/\b1024\b/g, '64')
		.replace('00000000-0000-4000-8000-000000000000', DEPLOYMENTS.picture);
	return JSON.parse(text) as INodeParameters;
}

describe('the examples for hosts', () => {
	const built = loadBuiltPackage();
	const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Example;
	const oursIn = (file: string) => read(file).nodes.filter(({ type }) => type.startsWith(OURS));
	let engine: Engine;
	beforeAll(async () => {
		engine = await Engine.start(built);
	});
	afterAll(async () => await engine.stop());

	it('are one for each', () => {
		expect(readdirSync(folder).sort()).toEqual(Object.keys(SCENES).sort());
	});

	it.each(Object.keys(SCENES))('%s sets only parameters that the nodes have, and credentials', (file) => {
		const { nodes } = read(file);
		expect(nodes.map(({ name }) => name)).toContain('Read Me');
		for (const { type, parameters, credentials } of oursIn(file)) {
			const { properties, credentials: needed = [] } = built.nodeTypes[type].description;
			expect(properties.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(parameters)));
			const wanted = needed.filter(({ displayOptions }) =>
				displayOptions?.show?.host?.includes(parameters.host as string),
			);
			expect(Object.keys(credentials ?? {})).toEqual(wanted.map(({ name }) => name));
		}
	});

	it.each(Object.entries(SCENES))('%s makes its picture', async (file, { start, setup, input, others }) => {
		const stage = await start();
		try {
			const ours = oursIn(file).map((node) => ({ ...node, parameters: adapted(node.parameters) }));
			const run = await engine.run({
				nodes: [{ name: 'Form', type: 'test.input' }, ...ours],
				credentials: { [setup.credentialType]: setup.credential(stage, true), ...others?.(stage) },
				input,
			});
			expect(run.error?.message).toBeUndefined();
			const results = run.items(ours[ours.length - 1].name);
			expect(results).toHaveLength(1);
			expect((await run.binary(results[0], 'data')).length).toBeGreaterThan(50);
		} finally {
			await stage.stop();
		}
	});
});
