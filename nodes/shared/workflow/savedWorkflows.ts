import type { AbortOptions } from '../../client/core/time';
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { InvalidInputError, isComfyUiError, NotFoundError, asError } from '../../client/core/errors';
import { show } from '../../client/core/text';
import { askServer, matching, paged } from '../clients';

/** Where the ComfyUI editor saves workflows, in the user's data folder. */
const FOLDER = 'workflows';

/** The workflows that were saved in the editor, last modified first. */
export async function searchSavedWorkflows(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await askServer(this, async (client) => {
		const files = (await client.listUserFiles(FOLDER)).filter(({ path }) => /\.json$/i.test(path));
		files.sort((a, b) => (b.modified ?? 0) - (a.modified ?? 0));
		const items = files.map(({ path }) => ({ name: path.replace(/\.json$/i, ''), value: path }));
		return paged(matching(items, filter), page);
	});
}

/**
 * The text of a saved workflow.
 * @param given path inside the folder of workflows, with or without the extension
 * @throws InvalidInputError when the path is empty, NotFoundError when the file does not exist
 */
export async function readSavedWorkflow(
	client: ComfyUiClient,
	given: unknown,
	{ signal }: AbortOptions = {},
): Promise<string> {
	const name = savedWorkflowPath(given);
	try {
		return await client.readUserFile(`${FOLDER}/${name}`, { signal });
	} catch (error) {
		throw isComfyUiError(error) && error.code === 'not-found' ? notSaved(name) : asError(error);
	}
}

/**
 * The path of a saved workflow inside the folder of workflows, with its extension.
 * @throws InvalidInputError when it is empty
 */
export function savedWorkflowPath(given: unknown): string {
	const path = String(given ?? '')
		.trim()
		.replace(/^[\\/]+/, '');
	if (!path) {
		throw new InvalidInputError(
			'"Saved Workflow" is empty.',
			'Choose a workflow from the list, or enter its path as shown in the Workflows panel of the editor.',
		);
	}
	return /\.json$/i.test(path) ? path : `${path}.json`;
}

function notSaved(name: string): NotFoundError {
	return new NotFoundError(
		`The server has no saved workflow ${show(name)}.`,
		'Save the workflow in the ComfyUI editor, or choose another one from the list. The credential must be for the server where the workflow was saved.',
	);
}
