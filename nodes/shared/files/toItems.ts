import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
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
): INodeExecutionData[] {
	const isTool = context.getNode().type.endsWith('Tool');
	const common: IDataObject = {
		...(settings.includeInput && input.json),
		...facts,
		...(missing.length > 0 && { missing }),
	};
	// An AI Agent drops binary data, so without details it would get an empty result.
	const withFacts = settings.includeDetails || isTool;
	const details = fetched.map((file, index) => ({
		...(withFacts && factsOf(file, index)),
		...(isTool && signedUrl(context, file.binary)),
	}));
	if (!settings.together) {
		return fetched.map(({ binary }, index) => ({
			json: { ...common, ...details[index] },
			binary: { [settings.property]: binary },
		}));
	}
	const fields = fetched.map((_, index) => fieldName(settings.property, index));
	const files = details.map((detail, index) => ({ ...detail, binaryProperty: fields[index] }));
	return [
		{
			json: { ...common, fileCount: fetched.length, ...(withFacts && { files }) },
			binary: Object.fromEntries(fetched.map(({ binary }, index) => [fields[index], binary])),
		},
	];
}

/** `data`, `data_1`, `data_2` ..., or `image_0`, `image_1` ... when the name ends with an underscore. */
function fieldName(property: string, index: number): string {
	if (property.endsWith('_')) return `${property}${index}`;
	return index === 0 ? property : `${property}_${index}`;
}

function factsOf({ file, fileName, mimeType, size }: FetchedFile, index: number): IDataObject {
	const { nodeId, nodeTitle, nodeType, key, filename, subfolder, type, kind, url, info } = file;
	const facts = { nodeId, nodeTitle, nodeType, key, filename, subfolder, type, kind };
	const known = Object.entries(facts).filter(([name, value]) => value || name === 'subfolder');
	return {
		index,
		...Object.fromEntries(known),
		fileName,
		mimeType,
		size,
		...(url && { url }),
		...(info && { info: info as IDataObject }),
	};
}

/** A temporary public URL of the file, for AI Agents. n8n has none for files in memory. */
function signedUrl(context: IExecuteFunctions, binary: IBinaryData): IDataObject {
	if (!binary.id) return {};
	try {
		return { downloadUrl: context.helpers.createBinarySignedUrl(binary, '1 day') };
	} catch {
		return {};
	}
}
