import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';
import { listInputs } from '../client/objectInfo/inputs';
import { InvalidInputError } from '../client/core/errors';
import { listNodeTypes } from '../client/objectInfo/nodeTypes';
import { askServer, matching, paged } from '../shared/clients';

/** The lists of the editor for the parameters of this node. */

/** Node types that contain the words of the filter. */
export async function searchNodeTypes(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await askServer(this, async (client) => {
		const rows = listNodeTypes(await client.objectInfo(), { text: filter, includeDeprecated: true });
		const items = rows.map(({ nodeType, displayName, category, deprecated }) => ({
			name: [
				displayName,
				displayName === nodeType ? '' : ` (${nodeType})`,
				deprecated ? ' - deprecated' : '',
			].join(''),
			value: nodeType,
			description: category,
		}));
		// Node types with the filter in their name come before those that contain it only in the description.
		return paged([...new Set([...matching(items, filter), ...items])], page);
	});
}

/** Inputs with choices of the selected node type. */
export async function searchInputs(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await askServer(this, async (client) => {
		const nodeType = String(this.getCurrentNodeParameter('nodeType', { extractValue: true }) ?? '');
		if (!nodeType.trim() || nodeType.startsWith('=')) {
			throw new InvalidInputError(
				'The node type is not selected yet, so its inputs are unknown.',
				'Select a node type first, or enter the name of the input.',
			);
		}
		const inputs = listInputs(await client.objectInfo(nodeType)).filter(({ choices }) => choices);
		return paged(matching(inputs.map(toItem), filter), page);
	});
}

/** Model folders. */
export async function searchFolders(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await askServer(this, async (client) => {
		const folders = (await client.models()).map((name) => toItem({ name }));
		return paged(matching(folders, filter), page);
	});
}

const toItem = ({ name }: { name: string }): INodeListSearchItems => ({ name, value: name });
