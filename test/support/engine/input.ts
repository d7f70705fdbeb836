import { prepareBinaryData } from 'n8n-core';
import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import type { InputBinary, InputItem } from './types';
import { WORKFLOW_ID } from './workflow';

/** What n8n gives a trigger without data: one item with nothing in it. */
const nothing: InputItem[] = [{ json: {} }];

/** The items that a run starts with, their files put in the binary store. */
export async function storeInput(
	items: InputItem[] = nothing,
	executionId: string,
): Promise<INodeExecutionData[]> {
	const stored: INodeExecutionData[] = [];
	for (const { binary, ...item } of items) {
		if (!binary) {
			stored.push({ ...item });
			continue;
		}
		const files: Record<string, IBinaryData> = {};
		for (const [name, file] of Object.entries(binary)) files[name] = await storeFile(file, executionId);
		stored.push({ ...item, binary: files });
	}
	return stored;
}

/** Without a name or a type, n8n inspects the bytes, with a package that jest cannot load. */
async function storeFile(file: InputBinary | IBinaryData, executionId: string): Promise<IBinaryData> {
	if ('id' in file) return file;
	const { data, fileName } = file;
	const mimeType = file.mimeType ?? (fileName === undefined ? 'application/octet-stream' : undefined);
	const content = typeof data === 'string' ? Buffer.from(data, 'base64') : data;
	return await prepareBinaryData(content, executionId, WORKFLOW_ID, fileName, mimeType);
}
