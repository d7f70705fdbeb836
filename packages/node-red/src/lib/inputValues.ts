import {
	findInput,
	findNode,
	InvalidInputError,
	roleInputs,
	workflowRoles,
	type ApiWorkflow,
	type ComfyUiClient,
	type InputValue,
	type ObjectInfo,
	type WorkflowRole,
} from 'comfyui-workflows-client';
import { fileIn, nameByContent, type FileValue } from './fileValues';
import { evaluate, type Message, type Red, type RedNode, type TypedValue } from './nodeRed';

/** A row of "Inputs" of a node. */
export interface InputRow extends Partial<TypedValue> {
	/** A role such as `prompt`, or an input such as `6.text` or `KSampler.steps`; for a deployment its input ID. */
	input?: string;
}

/** A value for a role or an input, with the address as the user wrote it. */
export interface GivenValue {
	input: string;
	value: unknown;
}

/** How many rows, and members of `msg.comfyui.inputs`, a message may have. */
const MAX_VALUES = 1_000;

/**
 * The values of the rows for a message, then those of `msg.comfyui.inputs`, which override them.
 * @throws InvalidInputError for a row whose value is missing: no value of the workflow may take its place
 */
export async function givenValues(
	red: Red,
	node: RedNode,
	rows: readonly InputRow[],
	message: Message,
): Promise<GivenValue[]> {
	const used = rows.filter(({ input }) => input?.trim());
	const values = await Promise.all(
		used.map(async ({ input = '', value = '', type = 'str' }) => ({
			input: input.trim(),
			value: await valueOf(red, node, message, input.trim(), { value: String(value), type }),
		})),
	);
	const fromMessage = messageValues(message);
	if (values.length + fromMessage.length > MAX_VALUES) {
		throw new InvalidInputError(
			`More than ${MAX_VALUES} inputs are set.`,
			'Set the values in the workflow itself instead.',
		);
	}
	const overridden = new Set(fromMessage.map(({ input }) => input));
	return [...values.filter(({ input }) => !overridden.has(input)), ...fromMessage];
}

async function valueOf(
	red: Red,
	node: RedNode,
	message: Message,
	input: string,
	typed: TypedValue,
): Promise<unknown> {
	const value = await evaluate(red, node, message, typed).catch((error: unknown) => {
		throw new InvalidInputError(
			`The value for "${input}" cannot be read: ${error instanceof Error ? error.message : String(error)}`,
		);
	});
	if (value !== undefined && value !== null) return value;
	throw new InvalidInputError(
		`There is no value for "${input}": ${describe(typed)} has none.`,
		'Set it in the flow before this node, or remove the row to keep the value of the workflow.',
	);
}

function describe({ value, type }: TypedValue): string {
	if (type === 'env') return `the environment variable ${value}`;
	return type === 'jsonata' ? 'the expression' : `${type}.${value}`;
}

function messageValues({ comfyui }: Message): GivenValue[] {
	if (typeof comfyui !== 'object' || comfyui === null) return [];
	const { inputs } = comfyui as { inputs?: unknown };
	if (inputs === undefined || inputs === null) return [];
	if (typeof inputs !== 'object' || Array.isArray(inputs)) {
		throw new InvalidInputError(
			'msg.comfyui.inputs is not an object.',
			'Use the inputs as its members, such as {"prompt": "a lighthouse", "KSampler.steps": 20}.',
		);
	}
	return Object.entries(inputs).map(([input, value]: [string, unknown]) => {
		if (value !== undefined && value !== null) return { input, value };
		throw new InvalidInputError(
			`There is no value for "${input}": msg.comfyui.inputs has none.`,
			'Remove the member to keep the value of the workflow.',
		);
	});
}

const isRole = (input: string): input is WorkflowRole => workflowRoles.some((role) => role === input);

/**
 * The values as inputs of the workflow.
 * @throws InvalidWorkflowError for a role, a node or an input that the workflow does not have
 */
export function toInputValues(
	given: readonly GivenValue[],
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo | undefined,
): InputValue[] {
	return given.flatMap(({ input, value }) => {
		if (isRole(input)) return roleInputs(workflow, { [input]: value }, objectInfo);
		const known = /^\d+$/.test(input) ? { nodeId: findNode(workflow, input) } : undefined;
		const address = known ? undefined : findInput(workflow, input, objectInfo);
		if (!address) {
			throw new InvalidInputError(
				`"${input}" names a node, but no input.`,
				'Add a dot and the name of the input, such as 6.text.',
			);
		}
		return [{ node: address.nodeId, input: address.input, value, coerce: true }];
	});
}

/** Uploads the files among the values: a Buffer, or a data URI. Other values stay as they are. */
export async function uploadFiles<T extends { value: unknown }>(
	client: ComfyUiClient,
	values: readonly T[],
	{ signal }: { signal?: AbortSignal },
): Promise<T[]> {
	const names = new Map<string, Promise<string>>();
	return await Promise.all(
		values.map(async (given) => {
			const file = fileIn(given.value);
			if (!file) return { ...given, value: nameOnServer(given.value) };
			const filename = nameByContent(file);
			const uploading = names.get(filename) ?? upload(client, file, filename, { signal });
			names.set(filename, uploading);
			return { ...given, value: await uploading };
		}),
	);
}

async function upload(
	client: ComfyUiClient,
	{ data }: FileValue,
	filename: string,
	{ signal }: { signal?: AbortSignal },
): Promise<string> {
	const { value } = await client.uploadImage(
		{ data, filename, size: data.byteLength, overwrite: true },
		{ signal },
	);
	return value;
}

/** What a node put into a message: the result of an upload, or a file that a job made. */
function nameOnServer(value: unknown): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	const file = value as Record<string, unknown>;
	if (typeof file.value === 'string' && typeof file.name === 'string') return file.value;
	if (typeof file.filename !== 'string' || typeof file.type !== 'string') return value;
	const folder = typeof file.subfolder === 'string' && file.subfolder ? `${file.subfolder}/` : '';
	return `${folder}${file.filename}${file.type === 'input' ? '' : ` [${file.type}]`}`;
}
