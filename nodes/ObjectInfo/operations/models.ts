import type { IDataObject } from 'n8n-workflow';
import { nearestNames } from '../../client/core/nearestNames';
import { serversOf, whoHas } from './whoHas';
import { type OperationContext, withSuggestions } from '../../shared/operations/OperationContext';

/** One row for each model of a folder. */
export async function listModels(operation: OperationContext): Promise<IDataObject[]> {
	const folder = operation.chosen('folder', 'Folder');
	const names = operation.limited(await modelsIn(folder, operation));
	const having = await whoHas(operation, { folder });
	return names.map((name) => ({ name, folder, ...serversOf(having, name) }));
}

/** One row for each embedding, with the text to use it in a prompt. */
export async function listEmbeddings(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const names = await operation.cached('embeddings', async () => await client.embeddings({ signal }));
	const having = await whoHas(operation, 'embeddings');
	return operation
		.limited(names)
		.map((name) => ({ name, promptText: `embedding:${name}`, ...serversOf(having, name) }));
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
