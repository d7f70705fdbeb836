import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { forAgent, isTool, toolWarning } from '../agent';
import type { ExecutionHints } from '../ExecutionHints';
import { writeFileReference } from './fileReference';
import type { Fetched, FetchedFile } from './fetchFiles';
import type { FileSettings } from './settings';

/**
 * Creates the output items: one per file, or one with all files.
 * @param facts members of every item, such as the promptId
 */
export function toItems(
	context: IExecuteFunctions,
	input: INodeExecutionData,
	{ fetched, missing }: Fetched,
	settings: FileSettings,
	facts: IDataObject = {},
	hints?: ExecutionHints,
): INodeExecutionData[] {
	const isAgent = isTool(context);
	const common: IDataObject = {
		...(settings.includeInput && input.json),
		...facts,
		...(missing.length > 0 && { missing }),
		...(!settings.hasOldNames && toolWarning(context)),
	};
	// An AI Agent drops binary data, so without facts it would get an empty result.
	const details = fetched.map((file, index) => ({
		...((settings.includeDetails || isAgent) && factsOf(file, index, settings)),
		...(settings.downloadLink !== 'none' && linkTo(context, file.binary, settings)),
	}));
	if (settings.downloadLink === 'asked' && details.some((detail) => !('downloadUrl' in detail))) {
		hints?.add(NO_LINK);
	}
	const toJson = (json: IDataObject) =>
		isAgent && !settings.hasOldNames ? forAgent(json, settings.includeDetails) : json;
	if (!settings.together) {
		return fetched.map(({ binary }, index) => ({
			json: toJson({ ...common, ...details[index] }),
			binary: { [settings.property]: binary },
		}));
	}
	const fields = fetched.map((_, index) => fieldName(settings.property, index));
	const files = details.map((detail, index) => ({ ...detail, binaryProperty: fields[index] }));
	const withFiles = settings.includeDetails || settings.downloadLink !== 'none' || isAgent;
	return [
		{
			json: toJson({ ...common, fileCount: fetched.length, ...(withFiles && { files }) }),
			binary: Object.fromEntries(fetched.map(({ binary }, index) => [fields[index], binary])),
		},
	];
}

const NO_LINK =
	'"Include Download Link": this n8n offers no links, because it keeps files in memory (N8N_DEFAULT_BINARY_DATA_MODE=default) or is too old.';

/** `data`, `data_1`, `data_2` ..., or `image_0`, `image_1` ... when the name ends with an underscore. */
function fieldName(property: string, index: number): string {
	if (property.endsWith('_')) return `${property}${index}`;
	return index === 0 ? property : `${property}_${index}`;
}

/**
 * The facts of a file. `fileName` is its name in n8n; `comfyUiFile` its place on the server, as Get Images and the inputs of
 * ComfyUI's nodes take it; `comfyUiUrl` its URL there, which needs the credentials of the server.
 */
function factsOf(
	{ file, fileName, mimeType, size }: FetchedFile,
	index: number,
	{ hasOldNames }: FileSettings,
): IDataObject {
	const { nodeId, nodeTitle, nodeType, key, filename, subfolder, type, kind, url, info, server } = file;
	const place = hasOldNames ? { filename, subfolder, type, kind } : { type, kind };
	const known = Object.entries({ nodeId, nodeTitle, nodeType, key, ...place });
	return {
		index,
		...Object.fromEntries(known.filter(([name, value]) => value || name === 'subfolder')),
		fileName,
		mimeType,
		size,
		...(!hasOldNames && type !== 'frame' && { comfyUiFile: writeFileReference(file) }),
		...(url && { [hasOldNames ? 'url' : 'comfyUiUrl']: url }),
		...(server !== undefined && { server }),
		...(info && { info: info as IDataObject }),
	};
}

/** A temporary public URL of the file. n8n has none for files in memory, and n8n before 2.0 has none at all. */
function linkTo(
	context: IExecuteFunctions,
	binary: IBinaryData,
	{ linkHours }: FileSettings,
): { downloadUrl?: string } {
	if (!binary.id) return {};
	try {
		const seconds = Math.round(linkHours * 3600);
		return { downloadUrl: context.helpers.createBinarySignedUrl(binary, `${seconds}s`) };
	} catch {
		return {};
	}
}
