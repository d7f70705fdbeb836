import {
	describeNode,
	InvalidInputError,
	listFields,
	listNodeTypes,
	type ComfyUiClient,
} from 'comfyui-workflows-client';
import { busyStatus, doneStatus } from '../lib/StatusDisplay';
import { jobFacts } from '../lib/jobFacts';
import { MessageHandler } from '../lib/MessageHandler';
import { evaluate, type Message, type Red, type RedConfig, type RedNode } from '../lib/nodeRed';

interface InfoConfig extends RedConfig {
	server?: string;
	operation?: string;
	/** What to look up: a folder, a node type, a prompt ID, a name or a workflow. */
	property?: string;
	propertyType?: string;
}

interface Question {
	/** In errors: what the operation needs; undefined for one that needs nothing. */
	needs?: string;
	ask(client: ComfyUiClient, about: unknown, options: { signal: AbortSignal }): Promise<unknown>;
}

const QUESTIONS: Record<string, Question> = {
	status: {
		ask: async (client, _about, options) => {
			const [{ system, devices }, queue] = await Promise.all([
				client.getSystemStats(options),
				client.getQueue(options),
			]);
			const count = (state: string) => queue.filter((entry) => entry.state === state).length;
			return {
				system,
				devices,
				running: count('running'),
				pending: count('pending'),
				idle: queue.length === 0,
			};
		},
	},
	queue: {
		ask: async (client, _about, options) =>
			(await client.getQueue(options)).map(({ promptId, state, position, number, clientId }) => ({
				promptId,
				state,
				position,
				number,
				clientId,
			})),
	},
	job: {
		needs: 'a prompt ID',
		ask: async (client, about, options) => {
			const { promptId, state, position, result, error } = await client.getJob(textOf(about), options);
			return {
				promptId,
				state,
				position,
				...(result && { ...jobFacts(result), files: result.files, status: state }),
				...(error && { error: { code: error.code, message: error.message } }),
			};
		},
	},
	models: {
		needs: 'a folder of models',
		ask: async (client, about, options) => await client.models(textOf(about), options),
	},
	modelFolders: { ask: async (client, _about, options) => await client.models(undefined, options) },
	nodeTypes: { ask: async (client, _about, options) => listNodeTypes(await client.objectInfo(options)) },
	nodeType: {
		needs: 'a node type',
		ask: async (client, about, options) =>
			describeNode(textOf(about), await client.objectInfo(textOf(about), options)),
	},
	savedWorkflows: {
		ask: async (client, _about, options) => await client.listUserFiles('workflows', options),
	},
	templates: { ask: async (client, _about, options) => await client.listTemplates(options) },
	inputs: {
		needs: 'a workflow',
		ask: async (client, about, options) => {
			const { prompt, objectInfo, markedInputs } = await client.convertWorkflow(about, options);
			return listFields(prompt, objectInfo, markedInputs);
		},
	},
	check: {
		needs: 'a workflow',
		ask: async (client, about, options) => {
			const { prompt, objectInfo } = await client.convertWorkflow(about, options);
			return await client.checkWorkflow(prompt, { objectInfo, ...options });
		},
	},
};

/** Registers `comfyui-info`: asks a server what it has and what it does. */
export = (red: Red): void => {
	function Info(this: RedNode, config: InfoConfig): void {
		red.nodes.createNode(this, config);
		const handler = new MessageHandler(red, this, config.server, {
			work: async ({ message, send, client, signal }) => {
				handler.status.show(busyStatus('asking'));
				const { ask, needs } = questionOf(config.operation);
				const about = needs === undefined ? undefined : await readAbout(red, this, config, message, needs);
				send(Object.assign(message, { payload: await ask(client, about, { signal }) }));
				handler.status.show(doneStatus('ok'));
			},
		});
	}
	red.nodes.registerType('comfyui-info', Info);
};

function questionOf(operation = 'status'): Question {
	if (Object.hasOwn(QUESTIONS, operation)) return QUESTIONS[operation];
	throw new InvalidInputError(
		'"Operation" of the node is not known.',
		'Open the node and choose an operation.',
	);
}

async function readAbout(
	red: Red,
	node: RedNode,
	{ property, propertyType }: InfoConfig,
	message: Message,
	needs: string,
): Promise<unknown> {
	const typed = { value: property || 'payload', type: propertyType || 'msg' };
	const value = await evaluate(red, node, message, typed);
	if (value !== undefined && value !== null && value !== '') return value;
	throw new InvalidInputError(
		`This operation needs ${needs}: ${typed.type}.${typed.value} is empty.`,
		'Choose in the node where it is.',
	);
}

function textOf(value: unknown): string {
	if (typeof value === 'string') return value.trim();
	throw new InvalidInputError('The name to look up is not a text.', 'Choose in the node where the name is.');
}
