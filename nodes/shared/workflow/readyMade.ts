import type { IExecuteFunctions, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import type { ApiWorkflow } from '../../client/core/ApiWorkflow';
import { InvalidInputError } from '../../client/core/errors';
import { isRecord } from '../../client/core/guards';
import type { AbortOptions } from '../../client/core/time';
import type { ModelFamily } from '../../client/readyMade/families';
import type { ReadyMadeKind } from '../../client/readyMade/graphs';
import { listReadyMadeModels } from '../../client/readyMade/readyMade';
import { askServer, matching, paged } from '../clients';
import { READY_MADE } from './sourceProperties';
import { isMissing, noValue } from './values';

/** The workflows of our own and the templates of the server. */

/** Whether a value of "Workflow Source" is a workflow of our own. */
export const isReadyMade = (source: unknown): source is ReadyMadeKind => READY_MADE.includes(String(source));

/** What decides on a workflow of our own. */
export interface ReadyMadeChoice {
	kind: ReadyMadeKind;
	model?: string;
	family?: ModelFamily;
}

/** @throws NotFoundError when the server has no model for it, InvalidInputError when the host does not list its models */
export async function readReadyMade(
	client: ComfyUiClient,
	{ kind, ...options }: ReadyMadeChoice,
	{ signal }: AbortOptions = {},
): Promise<ApiWorkflow> {
	return await client.readyMadeWorkflow(kind, { ...options, signal });
}

/** The name of the parameter that selects the model. */
export const modelParameter = (kind: ReadyMadeKind) => (kind === 'upscale' ? 'upscaleModel' : 'checkpoint');

/** The choice of one item. @throws InvalidInputError when an expression for the model gives nothing */
export function readyMadeChoice(
	context: IExecuteFunctions,
	itemIndex: number,
	kind: ReadyMadeKind,
): ReadyMadeChoice {
	const name = modelParameter(kind);
	const model: unknown = context.getNodeParameter(name, itemIndex, '', { extractValue: true });
	const isEmpty = isMissing(model) || String(model).trim() === '';
	if (isEmpty && isExpression(context.getNode().parameters[name])) {
		throw noValue(kind === 'upscale' ? 'Upscale Model' : 'Checkpoint', itemIndex);
	}
	const family: unknown = context.getNodeParameter('options.modelFamily', itemIndex, 'auto');
	return { kind, model: isEmpty ? undefined : String(model), family: familyOf(family) };
}

/** @throws InvalidInputError for an empty result of an expression */
export function familyOf(value: unknown): ModelFamily | undefined {
	if (value === 'auto') return undefined;
	if (typeof value === 'string' && value !== '') return value as ModelFamily; // the client checks it
	throw new InvalidInputError('"Model Family" is empty.', 'Choose a family, or remove the option.');
}

/** Whether a resource locator holds an expression. */
function isExpression(locator: unknown): boolean {
	const value = isRecord(locator) ? locator.value : locator;
	return typeof value === 'string' && value.startsWith('=');
}

/** The checkpoints of the server. */
export async function searchCheckpoints(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await searchModels(this, 'textToImage', filter, page);
}

/** The upscale models of the server. */
export async function searchUpscaleModels(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await searchModels(this, 'upscale', filter, page);
}

async function searchModels(
	context: ILoadOptionsFunctions,
	kind: ReadyMadeKind,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await askServer(context, async (client) => {
		const models = await listReadyMadeModels(client.host, kind);
		const items = models.map((model) => ({ name: model, value: model }));
		return paged(matching(items, filter), page);
	});
}

/** The templates of the server, found by title, description and tags. */
export async function searchTemplates(
	this: ILoadOptionsFunctions,
	filter = '',
	page?: string,
): Promise<INodeListSearchResult> {
	return await askServer(this, async (client) => {
		const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
		const found = (await client.listTemplates()).filter(({ name, title, description, tags }) => {
			const text = [name, title, description, ...tags].join(' ').toLowerCase();
			return words.every((word) => text.includes(word));
		});
		const items = found.map(({ name, title, description }) => ({ name: title, value: name, description }));
		return paged(items, page);
	});
}

/**
 * The text of a template.
 * @param given name of the template
 * @throws InvalidInputError when the name is empty, NotFoundError when the server does not have it
 */
export async function readTemplate(
	client: ComfyUiClient,
	given: unknown,
	{ signal }: AbortOptions = {},
): Promise<string> {
	const name = String(given ?? '')
		.trim()
		.replace(/\.json$/i, '');
	if (name) return await client.readTemplate(name, { signal });
	throw new InvalidInputError(
		'"Template" is empty.',
		'Choose a template from the list, or enter the name of its file.',
	);
}
