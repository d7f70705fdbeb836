import type { IDataObject } from 'n8n-workflow';
import { InvalidInputError, InvalidWorkflowError, NotFoundError, asError } from '../../client/core/errors';
import { nearestNames } from '../../client/core/nearestNames';
import { show } from '../../client/core/text';
import type { ModelFile, ServerFolder } from '../../client/hosts/ServerAdmin';
import { readWorkflow } from '../../client/workflow/parse';
import { writeFileReference } from '../../shared/files/fileReference';
import { withSuggestions, type OperationContext } from '../../shared/operations/OperationContext';
import { readSavedWorkflow, savedWorkflowPath } from '../../shared/workflow/savedWorkflows';
import { readTemplate } from '../../shared/workflow/readyMade';
import { isoTime, toJson } from './resultRows';

/** Models, files, saved workflows, templates and users. */

/** One row for each model of a folder. */
export async function getModels(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const folder = operation.chosen('folder', 'Folder');
	try {
		const files: ModelFile[] = client.host.admin
			? await client.admin.modelFiles(folder, { signal })
			: (await client.models(folder, { signal })).map((name) => ({ name, folder }));
		return operation
			.limited(files)
			.map(({ name, size, modifiedAt }) =>
				toJson({ name, folder, size: size ?? null, modifiedAt: isoTime(modifiedAt) }),
			);
	} catch (error) {
		throw await withSuggestions(error, async () =>
			nearestNames(folder, await client.models(undefined, { signal })),
		);
	}
}

/** The metadata in the header of a model. */
export async function getModelMetadata(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const [folder, name] = [operation.chosen('folder', 'Folder'), operation.chosen('model', 'Model')];
	return [toJson({ name, folder, metadata: await client.viewMetadata(folder, name, { signal }) })];
}

/** One row for each model that a workflow uses and the server does not have. */
export async function getMissingModels(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const { workflow, uiWorkflow } = await operation.workflow();
	const missing = await client.missingModels(uiWorkflow ?? workflow, { signal });
	return missing.map(({ name, directory: folder, url, usedBy }) =>
		toJson({ name, folder: folder ?? null, url: url ?? null, usedBy }),
	);
}

/** One row for each file of a folder. */
export async function getFiles(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const type = String(operation.parameter('fileType', 'output')) as ServerFolder;
	const files = await client.admin.listFiles(type, { signal });
	return operation.limited(files).map(({ name, subfolder, size, mimeType, createdAt, assetId }) =>
		toJson({
			fileName: name,
			subfolder,
			type,
			comfyUiFile: writeFileReference({ filename: name, subfolder, type, server: client.host.serverName }),
			size: size ?? null,
			mimeType: mimeType ?? null,
			createdAt: isoTime(createdAt),
			assetId: assetId ?? null,
		}),
	);
}

/** Deletes a file of the list of assets, and says whether it is gone from the disk too. */
export async function deleteFile(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const assetId = operation.chosen('assetId', 'File').trim();
	const { file, fileDeleted } = await client.admin.deleteAsset(assetId, { signal });
	return [
		toJson({
			assetId,
			fileName: file.name,
			subfolder: file.subfolder,
			type: file.type,
			removedFromAssets: true,
			fileDeleted,
		}),
	];
}

const FOLDER = 'workflows';

/** One row for each saved workflow, last modified first. */
export async function getSavedWorkflows(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const files = (await client.listUserFiles(FOLDER, { signal })).filter(({ path }) => /\.json$/i.test(path));
	files.sort((a, b) => (b.modified ?? 0) - (a.modified ?? 0));
	return operation
		.limited(files)
		.map(({ path, size, modified }) =>
			toJson({ path, name: nameOf(path), size, modifiedAt: isoTime(modified) }),
		);
}

const nameOf = (path: string) => path.replace(/\.json$/i, '');

/** A saved workflow, as an object and as text. */
export async function getSavedWorkflow(operation: OperationContext): Promise<IDataObject[]> {
	const path = savedWorkflowPath(operation.chosen('savedWorkflow', 'Saved Workflow'));
	const text = await readSavedWorkflow(operation.client, path, { signal: operation.signal });
	return [toJson({ path, name: nameOf(path), ...contentOf(text) })];
}

/** Its format, or null for a file that is no workflow. */
function contentOf(text: string) {
	try {
		const { workflow, uiWorkflow } = readWorkflow(text);
		return { format: uiWorkflow ? 'editor' : 'api', workflow: uiWorkflow ?? workflow, text };
	} catch (error) {
		if (error instanceof InvalidWorkflowError) return { format: null, workflow: null, text };
		throw asError(error);
	}
}

/** Saves a workflow. */
export async function saveWorkflow(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const path = savedWorkflowPath(operation.chosen('path', 'Path'));
	const content = operation.parameter('content');
	const overwrite = operation.parameter('overwrite', false) === true;
	const text = typeof content === 'string' ? content : JSON.stringify(content);
	const { uiWorkflow } = readWorkflow(text); // throws for what is no workflow
	await client.admin.writeUserFile(`${FOLDER}/${path}`, text, { overwrite, signal });
	return [{ path, name: nameOf(path), format: uiWorkflow ? 'editor' : 'api', saved: true }];
}

/** Deletes a saved workflow. */
export async function deleteSavedWorkflow(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const path = savedWorkflowPath(operation.chosen('savedWorkflow', 'Saved Workflow'));
	try {
		await client.admin.deleteUserFile(`${FOLDER}/${path}`, { signal });
	} catch (error) {
		if (!(error instanceof NotFoundError)) throw asError(error);
		throw notSaved(path);
	}
	return [{ path, name: nameOf(path), deleted: true }];
}

const notSaved = (path: string) =>
	new NotFoundError(
		`The server has no saved workflow ${show(path)}.`,
		'Choose one from the list, or check the path.',
	);

/** One row for each template. */
export async function getTemplates(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	return operation.limited(await client.listTemplates({ signal })).map((template) => toJson(template));
}

/** A template, as an object and as text. */
export async function getTemplate(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal } = operation;
	const name = operation.chosen('template', 'Template');
	try {
		const text = await readTemplate(client, name, { signal });
		return [toJson({ name, ...contentOf(text) })];
	} catch (error) {
		if (!(error instanceof NotFoundError)) throw asError(error);
		const known = await client.listTemplates({ signal }); // throws on servers that ship none
		throw await withSuggestions(
			error,
			async () =>
				await Promise.resolve(
					nearestNames(
						name,
						known.map((template) => template.name),
					),
				),
		);
	}
}

/** One row for each user. */
export async function getUsers(operation: OperationContext): Promise<IDataObject[]> {
	const { multiUser, users } = await operation.client.admin.users({ signal: operation.signal });
	if (!Array.isArray(users)) throw new InvalidInputError('The server has no users.');
	return operation.limited(users).map((user) => ({ ...user, multiUser }));
}
