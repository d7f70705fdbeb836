import {
	InvalidInputError,
	readyMadeKinds,
	readWorkflowFile,
	type ComfyUiClient,
	type ReadyMadeKind,
} from 'comfyui-workflows-client';
import { evaluate, type Message, type Red, type RedNode } from './nodeRed';

/** Which workflow a node runs, as the editor saves it. */
export interface SourceConfig {
	/** A ready-made workflow of the client, or where the workflow is. */
	source?: ReadyMadeKind | 'json' | 'msg' | 'saved' | 'template' | 'deployment';
	/** JSON text, for `json`. */
	workflow?: string;
	/** Where in the message the workflow is, for `msg`. */
	workflowProperty?: string;
	workflowPropertyType?: string;
	/** Path of a saved workflow, name of a template, ID of a deployment, or the model of a ready-made workflow. */
	sourceName?: string;
}

/** A workflow in any format, or a deployment. */
export type Source = { kind: 'workflow'; read: ReadSource } | { kind: 'deployment'; id: string };

type ReadSource = (client: ComfyUiClient, options: { signal?: AbortSignal }) => Promise<unknown>;

const isReadyMade = (source: unknown): source is ReadyMadeKind =>
	readyMadeKinds.some((kind) => kind === source);

/**
 * What to run for a message. Values in the message are read at once; the server is asked when `read` is called.
 * @throws InvalidInputError when nothing is chosen
 */
export async function sourceOf(
	red: Red,
	node: RedNode,
	config: SourceConfig,
	message: Message,
): Promise<Source> {
	const { source = 'textToImage', sourceName = '' } = config;
	const name = sourceName.trim();
	if (isReadyMade(source)) {
		return workflow(
			async (client, { signal }) =>
				await client.readyMadeWorkflow(source, { model: name || undefined, signal }),
		);
	}
	switch (source) {
		case 'json': {
			const text = required(
				config.workflow,
				'Workflow',
				'Paste a workflow that the ComfyUI editor exported.',
			);
			return workflow(async () => await Promise.resolve(text));
		}
		case 'saved': {
			const path = required(
				name,
				'Saved workflow',
				'Choose a workflow that was saved in the ComfyUI editor.',
			);
			return workflow(async (client, options) => await client.readUserFile(savedPath(path), options));
		}
		case 'template': {
			const template = required(name, 'Template', 'Choose a template of the server.');
			return workflow(
				async (client, options) => await client.readTemplate(template.replace(/\.json$/i, ''), options),
			);
		}
		case 'deployment':
			return { kind: 'deployment', id: required(name, 'Deployment ID', 'Copy the ID from the service.') };
		default: {
			const value = await fromMessage(red, node, config, message);
			return workflow(async () => await Promise.resolve(value));
		}
	}
}

const workflow = (read: ReadSource): Source => ({ kind: 'workflow', read });

const savedPath = (path: string) =>
	`workflows/${path.replace(/^[\\/]+/, '')}${/\.json$/i.test(path) ? '' : '.json'}`;

/** A workflow in a message: an object, JSON text, or a file that ComfyUI made. */
async function fromMessage(
	red: Red,
	node: RedNode,
	{ workflowProperty = 'workflow', workflowPropertyType = 'msg' }: SourceConfig,
	message: Message,
): Promise<unknown> {
	const value = await evaluate(red, node, message, { value: workflowProperty, type: workflowPropertyType });
	if (value === undefined || value === null || value === '') {
		throw new InvalidInputError(
			`There is no workflow: ${workflowPropertyType}.${workflowProperty} has no value.`,
			'Put the workflow there, as an object or as JSON text, or choose another source in the node.',
		);
	}
	if (!(value instanceof Uint8Array)) return value;
	const found = await readWorkflowFile(value);
	return found.workflow && found.uiWorkflow
		? { output: found.workflow, workflow: found.uiWorkflow }
		: (found.workflow ?? found.uiWorkflow);
}

function required(value: string | undefined, field: string, hint: string): string {
	if (value?.trim()) return value.trim();
	throw new InvalidInputError(`"${field}" is empty.`, hint);
}
