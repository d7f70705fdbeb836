import * as n8nWorkflow from 'n8n-workflow';
import type { INodeParameters } from 'n8n-workflow';
import { ComfyUiApi } from '../../credentials/ComfyUiApi.credentials';
import { ComfyUiGetImages } from '../../nodes/GetImages/ComfyUiGetImages.node';
import { ComfyUiObjectInfo } from '../../nodes/ObjectInfo/ComfyUiObjectInfo.node';
import { ComfyUiQueuePrompt } from '../../nodes/QueuePrompt/ComfyUiQueuePrompt.node';
import { ComfyUiRunWorkflow } from '../../nodes/RunWorkflow/ComfyUiRunWorkflow.node';
import { ComfyUiUploadImage } from '../../nodes/UploadImage/ComfyUiUploadImage.node';
import { ComfyUiWaitForCompletion } from '../../nodes/WaitForCompletion/ComfyUiWaitForCompletion.node';
import { LittleComfyUi } from '../server';
import { nodeType } from '../support/builtPackage';
import { Engine, type Wire } from '../support/engine';
import { quick } from './support/jobWorkflows';

/** Runs on several releases of n8n's engine, also as `npm run test:n8n`: each one decides itself what an error item is. */

/** Parameters with which each node talks to the server. */
const NODES: Array<[string, new () => object, INodeParameters]> = [
	[
		'RunWorkflow',
		ComfyUiRunWorkflow,
		{ workflowSource: 'json', workflow: JSON.stringify(quick), retry: { retries: 0 } },
	],
	['QueuePrompt', ComfyUiQueuePrompt, { workflowSource: 'json', workflow: JSON.stringify(quick) }],
	['WaitForCompletion', ComfyUiWaitForCompletion, { promptId: 'a-job', timeout: 1 }],
	['GetImages', ComfyUiGetImages, { promptId: 'a-job' }],
	['UploadImage', ComfyUiUploadImage, { binaryPropertyName: 'photo' }],
	['ObjectInfo', ComfyUiObjectInfo, { operation: 'getServerInformation' }],
];

const hasDetails = 'N8N_NODES_API_VERSION' in n8nWorkflow;

let engine: Engine;
let url: string;
beforeAll(async () => {
	const nodeTypes = Object.fromEntries(NODES.map(([name, type]) => [nodeType(name), type])) as Record<
		string,
		new () => ComfyUiRunWorkflow
	>;
	engine = await Engine.start({ nodeTypes, credentialTypes: { comfyUiApi: ComfyUiApi } });
	const stopped = await LittleComfyUi.start();
	({ url } = stopped);
	await stopped.stop();
});
afterAll(async () => await engine.stop());

test.each(NODES)('%s sends failed items with their fields and files to the error output', async (...row) => {
	const [name, , parameters] = row;
	const connections: Wire[] = [
		['Node', 'Good'],
		['Node', 'Bad', 1],
	];
	const run = await engine.run({
		nodes: [
			{ name: 'Node', type: nodeType(name), parameters, onError: 'continueErrorOutput' },
			{ name: 'Good', type: 'test.noOp' },
			{ name: 'Bad', type: 'test.noOp' },
		],
		connections,
		credentials: { comfyUiApi: { url } },
		input: ['first', 'second'].map((title) => ({
			json: { title },
			binary: { photo: { data: Buffer.from(title), fileName: 'a.png', mimeType: 'image/png' } },
		})),
	});
	expect(run.status).toBe('success');
	expect(run.items('Good')).toEqual([]);
	const failed = run.items('Bad');
	expect(failed.map(({ json }) => json)).toEqual(
		['first', 'second'].map((title) => ({
			title,
			error: expect.stringMatching(/connection was refused|did not finish within 1 s/) as string,
			...(hasDetails && {
				details: expect.objectContaining({ code: expect.any(String) as string }) as object,
			}),
		})),
	);
	expect((await run.binary(failed[1], 'photo')).toString()).toBe('second');
});
