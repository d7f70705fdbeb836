import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { clientForLists } from './clients';
import { toNodeError } from './errors';

/** What the editor's searchable lists have in common. */

const PAGE = 100;

/** Asks the server of the chosen credential. @throws NodeOperationError with our text */
export async function askServer<T>(
	context: ILoadOptionsFunctions,
	ask: (client: ComfyUiClient) => Promise<T>,
): Promise<T> {
	try {
		const client = await clientForLists(context);
		return await ask(client).finally(async () => await client.close());
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

/** The items whose name contains the text; case does not count. */
export function matching(items: INodeListSearchItems[], filter = ''): INodeListSearchItems[] {
	const wanted = filter.trim().toLowerCase();
	return items.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** A page of a list; installations have thousands of node types. */
export function paged(items: INodeListSearchItems[], page?: string): INodeListSearchResult {
	const from = Number(page ?? 0) || 0;
	const next = from + PAGE;
	return {
		results: items.slice(from, next),
		...(next < items.length && { paginationToken: String(next) }),
	};
}
