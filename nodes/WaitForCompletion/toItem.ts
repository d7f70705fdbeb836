import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { JobResult } from '../client/jobs/result';
import type { OutputFile } from '../client/protocol/outputs';
import { storeStream } from '../shared/files/binary';

/** What to put into the item of a job that is done. */
export interface ItemOptions {
	includePreviews?: boolean;
	includeRawOutputs?: boolean;
	includeTexts?: boolean;
}

/** The item of a job that is done. */
export async function toItem(
	context: IExecuteFunctions,
	result: JobResult,
	{ includeTexts = true, includeRawOutputs = false }: ItemOptions,
): Promise<INodeExecutionData> {
	const { promptId, status, durationMs, timings, cachedNodes, files, texts, outputs, warnings } = result;
	const { listed, binary } = await keepFrames(context, files);
	const json = {
		promptId,
		status,
		durationMs: durationMs ?? null,
		timings,
		cachedNodes,
		files: listed,
		...(includeTexts && { texts }),
		...(includeRawOutputs && { outputs }),
		...(warnings.length > 0 && { warnings }),
	} as unknown as IDataObject;
	return { json, ...(Object.keys(binary).length > 0 && { binary }) };
}

/** Files that came over the WebSocket are on no disk: they travel with the item, under the name given in the list. */
async function keepFrames(
	context: IExecuteFunctions,
	files: OutputFile[],
): Promise<{ listed: Array<OutputFile & { binaryProperty?: string }>; binary: IBinaryKeyData }> {
	const binary: IBinaryKeyData = {};
	const listed = [];
	for (const file of files) {
		if (!file.data) {
			listed.push(file);
			continue;
		}
		const binaryProperty = `frame_${Object.keys(binary).length + 1}`;
		binary[binaryProperty] = await storeStream(context, file.data, file.filename, file.mimeType);
		listed.push({ ...file, binaryProperty });
	}
	return { listed, binary };
}
