import type { INode } from 'n8n-workflow';
import { sentJobs } from '../../nodes/support/sent';
import { Gallery } from './Gallery';

/** Nobody listens there. */
export const OFF = 'http://127.0.0.1:9';

/** How a test changes the nodes of a flow before it runs. */
export type Change = NonNullable<Parameters<Gallery['run']>[1]['change']>;

/** The node runs a workflow that the server takes and cannot finish. */
export function withFailingJob(node: INode): INode {
	const workflow = {
		'1': { class_type: 'LoadImage', inputs: { image: 'example.png' } },
		'2': {
			class_type: 'CheckpointLoaderSimple',
			inputs: { ckpt_name: 'x' },
			_meta: { title: 'Load Checkpoint' },
		},
		'3': { class_type: 'CLIPTextEncode', inputs: { text: 'x', clip: ['2', 1] }, _meta: { title: 'Prompt' } },
		'4': { class_type: 'TFail', inputs: { image: ['1', 0], msg: 'out of paint' } },
		'5': { class_type: 'SaveImage', inputs: { images: ['4', 0], filename_prefix: 'x' } },
	};
	return { ...node, parameters: { ...node.parameters, workflow: JSON.stringify(workflow), prompt: '' } };
}

/** A value of the node Settings that a user changed. */
export const setting =
	(from: string, to: string): Change =>
	(node) =>
		node.name === 'Settings'
			? {
					...node,
					parameters: JSON.parse(JSON.stringify(node.parameters).replace(from, to)) as INode['parameters'],
				}
			: node;

/** Starts the gallery before the tests of a file, and stops it after them. Faults of the server last one test. */
export function galleryTests() {
	let started: Gallery;
	beforeAll(async () => {
		started = await Gallery.start();
	});
	afterAll(async () => await started.stop());
	afterEach(() => started.server.faults.clear());

	const gallery: Pick<Gallery, 'run' | 'runTool' | 'server'> = {
		run: async (...flow) => await started.run(...flow),
		runTool: async (...tool) => await started.runTool(...tool),
		get server() {
			return started.server;
		},
	};
	return {
		gallery,
		/** What the double of a node was asked for in the last run. */
		asked: (node: string) => started.services.of(node),
		/** The jobs that reached the server after the first ones. */
		jobsOf: (before: number) => sentJobs(started.server).slice(before),
		/** The server refuses the next job. */
		refuseOne: () =>
			started.server.faults.respond(
				{ method: 'POST', path: /\/prompt$/, times: 1 },
				{ status: 400, body: { error: { type: 'x', message: 'refused by the test' }, node_errors: {} } },
			),
	};
}
