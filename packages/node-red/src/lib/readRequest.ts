import { InvalidInputError, type SeedMode } from 'comfyui-workflows-client';
import { givenValues, type InputRow } from './inputValues';
import type { JobRequest } from './JobPreparer';
import { evaluate, type Message, type Red, type RedNode } from './nodeRed';
import { sourceOf, type SourceConfig } from './workflowSource';

/** What to run, as the editor saves it. */
export interface RequestConfig extends SourceConfig {
	/** Node-RED keeps the name `inputs` for itself. */
	values?: InputRow[];
	seedMode?: SeedMode;
	seed?: string;
	seedType?: string;
}

/** What a message asks a node to run. @throws InvalidInputError for a value that is missing */
export async function readRequest(
	red: Red,
	node: RedNode,
	config: RequestConfig,
	message: Message,
): Promise<JobRequest> {
	const { seedMode = 'randomize', seed = '', seedType = 'num' } = config;
	const typedSeed = { value: String(seed), type: seedType };
	return {
		source: await sourceOf(red, node, config, message),
		values: await givenValues(red, node, config.values ?? [], message),
		seedMode,
		seed: seedMode === 'fixed' ? await evaluate(red, node, message, typedSeed) : undefined,
	};
}

/**
 * The prompt ID that a field names.
 * @param property where it is, by default `msg.comfyui.promptId`, where the other nodes put it
 * @throws InvalidInputError when there is none
 */
export async function readPromptId(
	red: Red,
	node: RedNode,
	message: Message,
	{ property, propertyType }: { property?: string; propertyType?: string },
): Promise<string> {
	const typed = { value: property || 'comfyui.promptId', type: propertyType || 'msg' };
	const value = await evaluate(red, node, message, typed);
	if (typeof value === 'string' && value.trim()) return value.trim();
	throw new InvalidInputError(
		`There is no prompt ID: ${typed.type}.${typed.value} is empty.`,
		'Wire this node behind ComfyUI queue or ComfyUI run, or choose in the node where the prompt ID is.',
	);
}
