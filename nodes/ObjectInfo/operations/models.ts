import type { IDataObject } from 'n8n-workflow';
import { nearestNames } from '../../client/core/nearestNames';
import { type OperationContext, withSuggestions } from '../OperationContext';

/** One row for each model of a folder. */
export async function listModels(question: OperationContext): Promise<IDataObject[]> {
	const folder = question.chosen('folder', 'Folder');
	return question.limited(await modelsIn(folder, question)).map((name) => ({ name, folder }));
}

/** One row for each embedding, with the text that uses it in a prompt. */
export async function listEmbeddings(question: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = question;
	const names = await question.ask('embeddings', async () => await client.embeddings({ signal }));
	return question.limited(names).map((name) => ({ name, promptText: `embedding:${name}` }));
}

async function modelsIn(folder: string, question: OperationContext): Promise<string[]> {
	const { client, signal } = question;
	try {
		return await question.ask(`models in ${folder}`, async () => await client.models(folder, { signal }));
	} catch (error) {
		throw await withSuggestions(error, async () => {
			const folders = await question.ask('folders', async () => await client.models(undefined, { signal }));
			return nearestNames(folder, folders);
		});
	}
}
