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
 * @throws NotFoundError when there are no files and the node is set to fail then; errors of the client
 */
export async function getFiles(
	context: IExecuteFunctions,
	itemIndex: number,
	clients: Clients,
	hints: ExecutionHints,
	{ signal }: AbortOptions = {},
): Promise<INodeExecutionData[]> {
	const settings = readSettings(context, itemIndex);
	const client = await clients.for(itemIndex);
	const input = context.getInputData()[itemIndex];
	const { all, advice, promptId } = await findFiles(context, itemIndex, client, settings, hints, { signal });
	// A list names the wanted files; a job lists all files that it created.
	const which = settings.filters.which ?? (promptId ? 'auto' : 'both');
	const selected = selectFiles(all, { ...settings.filters, which });
	const result = await fetchFiles(context, itemIndex, client, selected, settings, { signal });
	result.missing.forEach((path) => hints.addMissing(path));
	if (result.fetched.length > 0) {
		return toItems(context, input, result, settings, promptId ? { promptId } : {}, hints);
	}
	if (settings.failWithoutFiles) throw noFiles(all, result.missing, ...noneAtAll(promptId, advice));
	const missing = result.missing.length > 0 && { missing: result.missing };
	return [{ json: { ...input.json, ...missing, fileCount: 0 } }];
}

interface FoundFiles {
	/** Before the filters. */
	all: OutputFile[];
	advice?: string;
	promptId?: string;
}

async function findFiles(
	context: IExecuteFunctions,
	itemIndex: number,
	client: ComfyUiClient,
	settings: Settings,
	hints: ExecutionHints,
	{ signal }: AbortOptions = {},
): Promise<FoundFiles> {
	if (settings.source === 'files') {
		return { all: readFileList(context.getNodeParameter('files', itemIndex), client.host) };
	}
	const promptId = String(context.getNodeParameter('promptId', itemIndex) ?? '').trim();
	const { files, advice } = await filesOfJob(client, promptId, settings.filesOfFailedJobs, hints, {
		signal,
	});
	return { all: [...files, ...framesOf(context, itemIndex, promptId, client)], advice, promptId };
}

/** Images of the job that came over the WebSocket: the server does not list them, but the item of Wait For Completion does. */
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

/** Message and hint when there are no files at all. */
function noneAtAll(promptId?: string, advice?: string): [string, string] {
	return [
		promptId ? `The job ${tidy(promptId, 60)} created no files.` : 'The list of files is empty.',
		advice ?? 'Use the list that ComfyUI Wait For Completion returns: {{ $json.files }}.',
	];
}

/** The parameters for one item. */
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
