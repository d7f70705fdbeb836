import type { AbortOptions } from '../../client/core/time';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { InvalidInputError } from '../../client/core/errors';
import { isRecord } from '../../client/core/guards';
import { SharedPromise } from '../../client/core/SharedPromise';
import { extensionOf } from '../../client/core/media';
import { show } from '../../client/core/text';
import { knownFileInput } from '../../client/fields/listFields';
import type { NodeInput } from '../../client/objectInfo/inputs';
import type { ObjectInfo } from '../../client/objectInfo/types';
import { findInput, findNode } from '../../client/workflow/address';
import { declaredInput } from '../../client/workflow/declaredInputs';
import type { InputValue } from '../../client/workflow/setInputs';
import type { ApiWorkflow } from '../../client/core/ApiWorkflow';
import { binaryFields, describeFields } from '../files/binary';
import {
	assertNoForeignBinary,
	checkFileSource,
	findBinary,
	findFileSource,
	readFileSource,
	type FileSource,
} from '../files/FileSource';
import { contentName, uploadFile } from '../files/uploadFile';

/** Names on the server of what an execution has uploaded, by host and content: equal files are sent once. */
export type UploadedNames = Map<string, SharedPromise<string>>;

/** How the files of an item are uploaded. */
interface UploadOptions extends AbortOptions {
	/** Bytes; a larger file at an address is refused. */
	maxBytes?: number;
	/** Shared by the items of an execution. */
	uploaded?: UploadedNames;
	/** Checks the values without uploading or downloading a file. Default false. */
	dryRun?: boolean;
}

/** A value for an input, or the file that it names. */
type Found = { given: InputValue; source?: FileSource };

/** Uploads the files in the values of inputs, and replaces each file with its name on the server. For one item. */
export class InputUploads {
	/** Names that stand in for files which a dry run does not upload. The server need not have them. */
	readonly pending = new Set<string>();
	/** A file that several inputs of the item use is read once. */
	private readonly uploads = new Map<string, Promise<string>>();

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly itemIndex: number,
		private readonly client: ComfyUiClient,
		private readonly options: UploadOptions = {},
	) {}

	/**
	 * The values with files replaced by their names on the server. An input that takes files accepts what
	 * {@link findFileSource} finds; a binary object is uploaded for any input. All values are checked before the first
	 * file is sent.
	 * @throws InvalidInputError that names the input
	 */
	async fill(values: InputValue[], workflow: ApiWorkflow, objectInfo?: ObjectInfo): Promise<InputValue[]> {
		const found = values.map((given): Found => this.find(given, workflow, objectInfo));
		for (const { given, source } of found) {
			if (source) await checkFileSource(this.context, this.itemIndex, source, nameOf(given));
		}
		const filled: InputValue[] = [];
		for (const { given, source } of found) {
			filled.push(source ? { ...given, value: await this.nameFor(source, nameOf(given)) } : given);
		}
		return filled;
	}

	private find(given: InputValue, workflow: ApiWorkflow, objectInfo?: ObjectInfo): Found {
		const { context, itemIndex } = this;
		const { value } = given;
		const binary = findBinary(context, itemIndex, value);
		if (binary) return { given, source: { from: 'binary', binary } };
		if (typeof value !== 'string' && !isRecord(value)) return { given };
		const declared = declarationOf(given, workflow, objectInfo);
		if (!declared?.upload) return { given };
		assertNoForeignBinary(itemIndex, value, nameOf(given));
		if (isRecord(value)) return { given: { ...given, value: nameOnServer(value) } };
		const source = findFileSource(context, itemIndex, value);
		// Where the server is not asked for its files, a name without an extension can only be a wrong field.
		if (!source && !objectInfo && isPlainWord(value)) throw this.wrongField(value, given);
		return { given, source };
	}

	/** One sentence on the binary fields of the item, for a file that the server does not have. */
	describeFields(): string {
		return `To upload a file, enter the name of a binary field of item ${this.itemIndex}. ${describeFields(binaryFields(this.context, this.itemIndex))}`;
	}

	private wrongField(value: string, given: InputValue): InvalidInputError {
		const fields = describeFields(binaryFields(this.context, this.itemIndex));
		return new InvalidInputError(
			`The value ${show(value)} for "${nameOf(given)}" is not a binary field of item ${this.itemIndex}. ${fields}`,
			'Enter the name of a binary field, an address (https://...), a data URI, Base64, or the name of a file on the server with its extension.',
		);
	}

	private async nameFor(source: FileSource, name: string): Promise<string> {
		if (this.options.dryRun) {
			const placeholder = `to be uploaded: ${name}`;
			this.pending.add(placeholder);
			return placeholder;
		}
		const key = JSON.stringify(source);
		const uploading = this.uploads.get(key) ?? this.upload(source, name);
		this.uploads.set(key, uploading);
		return await uploading;
	}

	private async upload(source: FileSource, name: string): Promise<string> {
		const { client, context, itemIndex } = this;
		const { signal, maxBytes, uploaded } = this.options;
		const file = await readFileSource(context, itemIndex, client, source, { name, maxBytes, signal });
		const filename = await contentName(file, { signal });
		const send = async (options: AbortOptions) =>
			(await uploadFile(client, file, { filename }, options)).value;
		// Other hosts need the file again with each job.
		if (!uploaded || client.host.capabilities.uploads !== 'stored') return await send({ signal });
		const key = `${client.host.base} ${filename}`;
		const existing = uploaded.get(key);
		if (existing && !existing.spent) {
			const value = await existing.wait({ signal });
			if (client.host.files.isReachable?.(value) !== false) return value;
		}
		const current = uploaded.get(key);
		const sending = current && current !== existing ? current : new SharedPromise(send);
		uploaded.set(key, sending);
		return await sending.wait({ signal });
	}
}

/** How errors name the input. */
const nameOf = ({ node, input }: InputValue) => (input ? `${node}.${input}` : String(node));

/** The declaration of the input, as far as it is known. */
function declarationOf(
	{ node: reference, input: name }: InputValue,
	workflow: ApiWorkflow,
	objectInfo?: ObjectInfo,
): NodeInput | undefined {
	const { nodeId, input } = name
		? { nodeId: findNode(workflow, reference), input: name }
		: findInput(workflow, String(reference), objectInfo);
	const node = workflow[nodeId];
	return objectInfo ? declaredInput(node, input, objectInfo) : knownFileInput(node, input);
}

/** The name of a file that another node stored on the server or listed; any other object stays as it is. */
function nameOnServer(file: Record<string, unknown>): unknown {
	const { value, name, filename = name, subfolder, type = 'input', server } = file;
	if (typeof value === 'string' && value) return value; // Upload Image returns what Load Image takes
	if (typeof filename !== 'string' || !filename) return file;
	const path = typeof subfolder === 'string' && subfolder ? `${subfolder}/${filename}` : filename;
	if (typeof server === 'string' && server) return `${path} [${String(type)}]@${server}`;
	return type === 'input' ? path : `${path} [${String(type)}]`;
}

/** Whether a text can be the name of a field, but hardly that of a file: it has no extension, folder or annotation. */
const isPlainWord = (text: string) =>
	text.trim() !== '' && extensionOf(text) === '' && !/[/\\[\]:]/.test(text);
