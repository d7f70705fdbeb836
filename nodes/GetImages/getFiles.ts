import type { AbortOptions } from '../client/core/time';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import type { OutputFile } from '../client/protocol/outputs';
import { tidy } from '../client/core/text';
import type { Clients } from '../shared/clients';
import { fetchFiles, noFiles } from '../shared/files/fetchFiles';
import { toItems } from '../shared/files/toItems';
import type { ExecutionHints } from '../shared/ExecutionHints';
import { filesOfJob } from './filesOfJob';
import { readFileList } from './listedFiles';
import { readFileSettings, type FileSettings, selectFiles } from '../shared/files/settings';

/**
 * Downloads the files of one item.
 * @throws the client's errors; NotFoundError when there are no files and that is not allowed
 */
export async function getFiles(
	context: IExecuteFunctions,
	itemIndex: number,
	clients: Clients,
	remarks: ExecutionHints,
	{ signal }: AbortOptions = {},
): Promise<INodeExecutionData[]> {
	const settings = readSettings(context, itemIndex);
	const client = await clients.for(itemIndex);
	const input = context.getInputData()[itemIndex];
	const { all, advice, promptId } = await look(context, itemIndex, client, settings, remarks, { signal });
	// A list says what is wanted; a job says all that it made.
	const which = settings.filters.which ?? (promptId ? 'auto' : 'both');
	const selected = selectFiles(all, { ...settings.filters, which });
	const found = await fetchFiles(context, itemIndex, client, selected, settings, { signal });
	found.missing.forEach((path) => remarks.addMissing(path));
	if (found.fetched.length > 0) {
		return toItems(context, input, found, settings, promptId ? { promptId } : {});
	}
	if (settings.failWithoutFiles) throw noFiles(all, found.missing, ...nothing(promptId, advice));
	const missing = found.missing.length > 0 && { missing: found.missing };
	return [{ json: { ...input.json, ...missing, fileCount: 0 } }];
}

interface Looked {
	all: OutputFile[];
	advice?: string;
	promptId?: string;
}

async function look(
	context: IExecuteFunctions,
	itemIndex: number,
	client: ComfyUiClient,
	settings: Settings,
	remarks: ExecutionHints,
	{ signal }: AbortOptions = {},
): Promise<Looked> {
	if (settings.source === 'files') {
		return { all: readFileList(context.getNodeParameter('files', itemIndex), client.host) };
	}
	const promptId = String(context.getNodeParameter('promptId', itemIndex) ?? '').trim();
	const { files, advice } = await filesOfJob(client, promptId, settings.filesOfFailedJobs, remarks, {
		signal,
	});
	return { all: [...files, ...framesOf(context, itemIndex, promptId, client)], advice, promptId };
}

/** Pictures of the job that came over the WebSocket: no server lists them, the item of Wait For Completion brings them. */
function framesOf(
	context: IExecuteFunctions,
	itemIndex: number,
	promptId: string,
	client: ComfyUiClient,
): OutputFile[] {
	const { json } = context.getInputData()[itemIndex];
	if (json.promptId !== promptId || !Array.isArray(json.files)) return [];
	return readFileList(json.files, client.host).filter(({ type }) => type === 'frame');
}

/** Message and hint for a source without any file. */
function nothing(promptId?: string, advice?: string): [string, string] {
	return [
		promptId ? `The job ${tidy(promptId, 60)} made no files.` : 'The list of files has no entries.',
		advice ?? 'Give the list that Wait For Completion returns: {{ $json.files }}.',
	];
}

/** What the node was told to do with one item. */
interface Settings extends FileSettings {
	source: 'promptId' | 'files';
	filesOfFailedJobs: boolean;
}

/** Reads the parameters for one item. @throws InvalidInputError when they contradict each other */
function readSettings(context: IExecuteFunctions, itemIndex: number): Settings {
	const options = (context.getNodeParameter('options', itemIndex, {}) ?? {}) as Record<string, unknown>;
	return {
		...readFileSettings(context, itemIndex),
		source: context.getNodeParameter('source', itemIndex) === 'files' ? 'files' : 'promptId',
		filesOfFailedJobs: options.filesOfFailedJobs === true,
	};
}
