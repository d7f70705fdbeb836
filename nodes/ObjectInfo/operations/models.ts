import type { IDataObject } from 'n8n-workflow';
import { nearestNames } from '../../client/core/nearestNames';
import { type OperationContext, withSuggestions } from '../../shared/operations/OperationContext';

/** One row for each model of a folder. */
export async function listModels(operation: OperationContext): Promise<IDataObject[]> {
	const folder = operation.chosen('folder', 'Folder');
	return operation.limited(await modelsIn(folder, operation)).map((name) => ({ name, folder }));
}

/** One row for each embedding, with the text to use it in a prompt. */
export async function listEmbeddings(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const names = await operation.cached('embeddings', async () => await client.embeddings({ signal }));
	return operation.limited(names).map((name) => ({ name, promptText: `embedding:${name}` }));
}

async function modelsIn(folder: string, operation: OperationContext): Promise<string[]> {
	const { client, signal } = operation;
	try {
		return await operation.cached(`models in ${folder}`, async () => await client.models(folder, { signal }));
	} catch (error) {
		throw await withSuggestions(error, async () => {
			const folders = await operation.cached(
				'folders',
				async () => await client.models(undefined, { signal }),
			);
			return nearestNames(folder, folders);
		});
	}
}
