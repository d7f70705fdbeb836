import type { IDataObject } from 'n8n-workflow';
import { nearestNames } from '../../client/core/nearestNames';
import { type OperationContext, withSuggestions } from '../OperationContext';

/** One row for each model of a folder. */
export async function listModels(context: OperationContext): Promise<IDataObject[]> {
	const folder = context.chosen('folder', 'Folder');
	return context.limited(await modelsIn(folder, context)).map((name) => ({ name, folder }));
}

/** One row for each embedding, with the text that uses it in a prompt. */
export async function listEmbeddings(context: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = context;
	const names = await context.once('embeddings', async () => await client.embeddings({ signal }));
	return context.limited(names).map((name) => ({ name, promptText: `embedding:${name}` }));
}

async function modelsIn(folder: string, context: OperationContext): Promise<string[]> {
	const { client, signal } = context;
	try {
		return await context.once(`models in ${folder}`, async () => await client.models(folder, { signal }));
	} catch (error) {
		throw await withSuggestions(error, async () => {
			const folders = await context.once('folders', async () => await client.models(undefined, { signal }));
			return nearestNames(folder, folders);
		});
	}
}
