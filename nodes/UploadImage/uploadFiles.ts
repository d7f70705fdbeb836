import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { ConnectionError, InvalidInputError, passOn } from '../client/errors';
import type { Upload, UploadedFile } from '../client/hosts/Host';
import { show } from '../client/protocol/text';
import { closeFile } from '../shared/binary';
import type { Clients } from '../shared/clients';
import { originalOf } from './original';
import { sourceFiles, type SourceFile } from './sourceFiles';
import { uniqueName } from './uniqueName';

type Target = Pick<Upload, 'filename' | 'subfolder' | 'type' | 'overwrite' | 'maskOf'>;

/**
 * Uploads the files of one item, one after the other.
 * @returns one item per file: where the server put it and what LoadImage takes
 * @throws InvalidInputError before anything is sent; TooLargeError and other errors of the client
 */
export async function uploadFiles(
	context: IExecuteFunctions,
	itemIndex: number,
	clients: Clients,
	signal?: AbortSignal,
): Promise<INodeExecutionData[]> {
	const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
	const sources = sourceFiles(context, itemIndex);
	const target = readTarget(context, itemIndex, options);
	if (target.filename && sources.length > 1) throw oneNameForMany(target.filename, sources.length);
	const client = await clients.for(itemIndex);
	const input = options.includeInput === true ? context.getInputData()[itemIndex].json : {};
	const maskOf = await originalOf(context, itemIndex, client, signal);
	const items: INodeExecutionData[] = [];
	for (const source of sources) {
		const facts = await uploadOne(client, source, { ...target, maskOf }, signal);
		items.push({ json: { ...input, ...facts } });
	}
	return items;
}

async function uploadOne(
	client: ComfyUiClient,
	source: SourceFile,
	target: Target,
	signal?: AbortSignal,
): Promise<IDataObject> {
	const file = await source.open();
	const { data, size, fileName, mimeType } = file;
	const filename = target.filename || uniqueName(fileName, mimeType);
	const upload: Upload = { ...target, filename, data, size, contentType: mimeType };
	const stored = await send(client, upload, signal).finally(() => closeFile(file));
	return {
		...stored,
		...(source.field && { field: source.field }),
		...(fileName && { fileName }),
		mimeType,
		...(size !== undefined && { size }),
		...(target.maskOf && { maskOf: target.maskOf }),
	};
}

/** Servers and proxies also refuse what is too large by hanging up, and then nobody hears their reason. */
async function send(client: ComfyUiClient, upload: Upload, signal?: AbortSignal): Promise<UploadedFile> {
	try {
		return await client.uploadImage(upload, signal);
	} catch (error) {
		if (!(error instanceof ConnectionError) || error.reason !== 'reset') throw passOn(error);
		throw hungUp(error);
	}
}

function hungUp({ message, reason, hint }: ConnectionError): ConnectionError {
	const size =
		'When this happens with large files only, raise --max-upload-size of ComfyUI (megabytes) or the body limit of the proxy before it (nginx: client_max_body_size).';
	return new ConnectionError(message, reason, `${hint} ${size}`);
}

function readTarget(context: IExecuteFunctions, itemIndex: number, options: IDataObject): Target {
	const text = (name: string) => String(context.getNodeParameter(name, itemIndex, '') ?? '').trim();
	return {
		filename: text('fileName'),
		subfolder: text('subfolder').replace(/[\\/]+$/, ''),
		type: folderType(text('type')),
		overwrite: options.overwrite === true,
	};
}

function folderType(type: string): Upload['type'] {
	if (type === 'input' || type === 'output' || type === 'temp') return type;
	throw new InvalidInputError(
		`ComfyUI has no folder type ${show(type)}.`,
		'"Type" has to be input, output or temp.',
	);
}

function oneNameForMany(name: string, count: number): InvalidInputError {
	return new InvalidInputError(
		`The item has ${count} files to upload, but "File Name" gives all of them the name "${name}".`,
		'Leave "File Name" empty, or upload one binary field.',
	);
}
