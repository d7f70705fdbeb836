import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { NotFoundError } from '../client/errors';
import type { OutputFile } from '../client/outputs';
import { listed, tidy } from '../client/protocol/text';
import type { Clients } from '../shared/clients';
import { fetchFiles, pathOf } from './fetchFiles';
import { filesOfJob } from './filesOfJob';
import { readFileList } from './listedFiles';
import type { Remarks } from '../shared/Remarks';
import { selectFiles } from './selectFiles';
import { readSettings, type Settings } from './settings';
import { toItems } from './toItems';

/**
 * Downloads the files of one item.
 * @throws the client's errors; NotFoundError when there are no files and that is not allowed
 */
export async function getFiles(
	context: IExecuteFunctions,
	itemIndex: number,
	clients: Clients,
	remarks: Remarks,
	signal?: AbortSignal,
): Promise<INodeExecutionData[]> {
	const settings = readSettings(context, itemIndex);
	const client = await clients.for(itemIndex);
	const input = context.getInputData()[itemIndex];
	const { all, advice, promptId } = await look(context, itemIndex, client, settings, remarks, signal);
	// A list says what is wanted; a job says all that it made.
	const which = settings.filters.which ?? (promptId ? 'auto' : 'both');
	const selected = selectFiles(all, { ...settings.filters, which });
	const found = await fetchFiles(context, itemIndex, client, selected, settings, signal);
	found.missing.forEach((path) => remarks.addMissing(path));
	if (found.fetched.length > 0) return toItems(context, input, found, settings, promptId);
	if (settings.failWithoutFiles) throw noFiles(all, found.missing, advice, promptId);
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
	remarks: Remarks,
	signal?: AbortSignal,
): Promise<Looked> {
	if (settings.source === 'files') {
		return { all: readFileList(context.getNodeParameter('files', itemIndex), client.host) };
	}
	const promptId = String(context.getNodeParameter('promptId', itemIndex) ?? '').trim();
	const { files, advice } = await filesOfJob(client, promptId, settings.filesOfFailedJobs, remarks, signal);
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

/** Says which of the reasons it is. */
function noFiles(all: OutputFile[], missing: string[], advice?: string, promptId?: string): NotFoundError {
	const allowed = 'Or set the option "When There Are No Files" to pass the item on.';
	if (missing.length > 0) {
		return new NotFoundError(
			`The server no longer has any of the files: ${listed(missing)}.`,
			`Change an input of the workflow (the seed, or filename_prefix) to have them made again. ${allowed}`,
		);
	}
	if (all.length > 0) {
		const files = all.map((file) => tidy(`${pathOf(file)} (${describe(file)})`, 120));
		return new NotFoundError(
			`None of the ${all.length} files passes the filters: ${listed(files, 4)}.`,
			`Change the filters. ${allowed}`,
		);
	}
	return new NotFoundError(
		promptId ? `The job ${tidy(promptId, 60)} made no files.` : 'The list of files has no entries.',
		`${advice ?? 'Give the list that Wait For Completion returns: {{ $json.files }}.'} ${allowed}`,
	);
}

function describe({ nodeId, nodeTitle, key, kind }: OutputFile): string {
	const node = nodeId && `node ${nodeId}${nodeTitle ? ` "${nodeTitle}"` : ''}`;
	return [node, key, kind].filter(Boolean).join(', ');
}
