import {
	applySeeds,
	findRoles,
	InvalidInputError,
	listFields,
	readWorkflow,
	workflowRoles,
	type ApiWorkflow,
	type ComfyUiClient,
	type ObjectInfo,
	type WorkflowField,
} from 'comfyui-workflows-client';
import { toFlowError } from './errors';
import { serverOf } from './MessageHandler';
import type { Handler, Red, RedNode } from './nodeRed';
import { sourceOf, type SourceConfig } from './workflowSource';

/** An input that the editor offers, with the value that it has in the workflow. */
interface OfferedInput {
	/** What a row of "Inputs" names. */
	id: string;
	label: string;
	/** As a text; empty for an input without a value of its own. */
	value: string;
	type: 'str' | 'num' | 'bool' | 'json' | 'file';
	choices?: string[];
	/** Whether it comes before the others: users often change it. */
	important: boolean;
}

/** Where the editor asks. Long lists are searched here, and cut. */
const PREFIX = '/comfyui-server/:server';
const MAX_NAMES = 100;
const MAX_CHOICES = 2_000;
const MAX_VALUE = 500;
const WITHIN_MS = 20_000;

type Options = { signal: AbortSignal };
type Answer = (client: ComfyUiClient, request: Parameters<Handler>[0], options: Options) => Promise<unknown>;

/**
 * The routes that the editor asks: the inputs of a workflow, names on the server, and a test of the server. Only for
 * servers that are deployed, so that no secret comes from the editor; none is ever sent there.
 */
export function registerAdminRoutes(red: Red): void {
	const mayRead = red.auth.needsPermission('comfyui-server.read');
	const route =
		(answer: Answer): Handler =>
		(request, response) => {
			const options = { signal: AbortSignal.timeout(WITHIN_MS) };
			const ask = async () => {
				const client = serverOf(red, request.params.server).shared.get();
				return await answer(client, request, options);
			};
			ask().then(
				(body) => response.json(body),
				(error: unknown) => response.status(422).json({ message: toFlowError(error).message }),
			);
		};
	red.httpAdmin.get(`${PREFIX}/test`, mayRead, route(test));
	red.httpAdmin.get(`${PREFIX}/names`, mayRead, route(names));
	red.httpAdmin.post(`${PREFIX}/inputs`, mayRead, route(inputsFor(red)));
}

const test: Answer = async (client, _request, options) => ({ message: await client.host.verify(options) });

const LISTS: Record<string, (client: ComfyUiClient, options: Options) => Promise<string[]>> = {
	saved: async (client, options) => {
		const files = await client.listUserFiles('workflows', options);
		const workflows = files.filter(({ path }) => /\.json$/i.test(path));
		workflows.sort((a, b) => (b.modified ?? 0) - (a.modified ?? 0));
		return workflows.map(({ path }) => path.replace(/\.json$/i, ''));
	},
	template: async (client, options) => (await client.listTemplates(options)).map(({ name }) => name),
	checkpoints: async (client, options) => await client.models('checkpoints', options),
	upscale_models: async (client, options) => await client.models('upscale_models', options),
	folders: async (client, options) => await client.models(undefined, options),
	nodeTypes: async (client, options) => Object.keys(await client.objectInfo(options)),
};

/** The names of a list that contain the text, in any case. */
const names: Answer = async (client, { query }, options) => {
	const list = String(query.list);
	if (!Object.hasOwn(LISTS, list)) throw new InvalidInputError('There is no such list.');
	const wanted = String(query.search ?? '').toLowerCase();
	const found = (await LISTS[list](client, options)).filter((name) => name.toLowerCase().includes(wanted));
	return { names: found.slice(0, MAX_NAMES), more: found.length > MAX_NAMES };
};

const inputsFor =
	(red: Red): Answer =>
	async (client, { body }, { signal }) => {
		const config = (typeof body === 'object' && body !== null ? body : {}) as SourceConfig;
		if (config.source === 'msg' || config.source === 'deployment') {
			throw new InvalidInputError('The inputs of this workflow are not known before the node runs.');
		}
		const source = await sourceOf(red, {} as RedNode, config, { _msgid: '' });
		if (source.kind !== 'workflow') return { inputs: [] };
		const found = await source.read(client, { signal });
		if (client.host.capabilities.catalogue) {
			const { prompt, objectInfo, markedInputs } = await client.convertWorkflow(found, { signal });
			return { inputs: offeredInputs(prompt, listFields(prompt, objectInfo, markedInputs), objectInfo) };
		}
		const { workflow } = readWorkflow(found);
		if (workflow) return { inputs: offeredInputs(workflow, listFields(workflow, {})) };
		throw new InvalidInputError(
			`${client.host.name} does not describe its nodes, so a workflow in editor format cannot be used.`,
			'Paste the workflow in API format: "Export (API)" in the Workflow menu of the ComfyUI editor.',
		);
	};

/** The roles of the workflow, then its other inputs. The seed has a field of its own in the node. */
function offeredInputs(
	workflow: ApiWorkflow,
	fields: WorkflowField[],
	objectInfo?: ObjectInfo,
): OfferedInput[] {
	const roles = findRoles(workflow, objectInfo);
	const inRole = new Set<string>();
	const offered = workflowRoles.flatMap((role): OfferedInput[] => {
		const { targets } = roles[role];
		if (targets.length === 0) return [];
		for (const { nodeId, input } of targets) inRole.add(`${nodeId}.${input}`);
		const [{ nodeId, input }] = targets;
		const value = workflow[nodeId].inputs[input];
		const type = role === 'image' ? 'file' : role.endsWith('rompt') ? 'str' : 'num';
		return [{ id: role, label: role, value: shown(value), type, important: true }];
	});
	const seeds = new Set(applySeeds(workflow, 'keep').seeds.map(({ nodeId, input }) => `${nodeId}.${input}`));
	const rest = fields.filter(({ targets }) =>
		targets.some(
			({ nodeId, input }) => !inRole.has(`${nodeId}.${input}`) && !seeds.has(`${nodeId}.${input}`),
		),
	);
	return [...offered, ...rest.map(toOffered)];
}

function toOffered({ id, label, declared, value, important }: WorkflowField): OfferedInput {
	const choices = declared?.choices?.filter((choice) => choice !== null).map(String);
	return {
		id,
		label,
		value: shown(value),
		type: declared?.upload ? 'file' : typeOf(declared?.type, value),
		...(choices && choices.length > 0 && { choices: choices.slice(0, MAX_CHOICES) }),
		important,
	};
}

function typeOf(declared: string | undefined, value: unknown): OfferedInput['type'] {
	if (declared === 'INT' || declared === 'FLOAT' || typeof value === 'number') return 'num';
	if (declared === 'BOOLEAN' || typeof value === 'boolean') return 'bool';
	return typeof value === 'object' && value !== null ? 'json' : 'str';
}

function shown(value: unknown): string {
	if (value === undefined || value === null) return '';
	const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
	return text.slice(0, MAX_VALUE);
}
