import type { AbortOptions } from '../../client/core/time';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { knownFileInput } from '../../client/fields/listFields';
import { findInput, findNode } from '../../client/workflow/address';
import { declaredInput } from '../../client/workflow/declaredInputs';
import type { InputValue } from '../../client/workflow/setInputs';
import { type ApiWorkflow } from '../../client/core/ApiWorkflow';
import { binaryFields, openBinary } from '../files/binary';
import { uploadFile } from '../files/uploadFile';
import { isRecord } from '../../client/core/guards';
import type { ObjectInfo } from '../../client/objectInfo/types';

/** Uploads the files in the values of inputs, and replaces each file with its name on the server. */
export class InputUploads {
	/** Binary field to name on the server: a file that several inputs use is uploaded once. */
	private readonly uploads = new Map<string, Promise<string>>();

	/** For one item. */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly itemIndex: number,
		private readonly client: ComfyUiClient,
		private readonly options: AbortOptions = {},
	) {}

	/**
	 * The values with files replaced by their names on the server. A file is a binary object (from an expression), or
	 * the name of a binary field of the item when the input takes files.
	 */
	async fill(values: InputValue[], workflow: ApiWorkflow, objectInfo?: ObjectInfo): Promise<InputValue[]> {
		const fields = new Set(binaryFields(this.context, this.itemIndex));
		const filled: InputValue[] = [];
		for (const given of values) {
			const binary = this.binaryOf(given, fields, workflow, objectInfo);
			filled.push(binary === undefined ? given : { ...given, value: await this.upload(binary) });
		}
		return filled;
	}

	private binaryOf(
		given: InputValue,
		fields: Set<string>,
		workflow: ApiWorkflow,
		objectInfo?: ObjectInfo,
	): string | IBinaryData | undefined {
		const { value } = given;
		if (isBinary(value)) return value;
		if (typeof value !== 'string' || !fields.has(value)) return undefined;
		const { nodeId, input } = given.input
			? { nodeId: findNode(workflow, given.node), input: given.input }
			: findInput(workflow, String(given.node), objectInfo);
		const node = workflow[nodeId];
		const declared = objectInfo ? declaredInput(node, input, objectInfo) : knownFileInput(node, input);
		return declared?.upload ? value : undefined;
	}

	private async upload(binary: string | IBinaryData): Promise<string> {
		const key = typeof binary === 'string' ? binary : '';
		const value =
			(key ? this.uploads.get(key) : undefined) ??
			openBinary(this.context, this.itemIndex, binary).then(
				async (file) => (await uploadFile(this.client, file, {}, this.options)).value,
			);
		if (key) this.uploads.set(key, value);
		return await value;
	}
}

/** Whether a value is a binary object of n8n, such as `$binary.data`. */
export const isBinary = (value: unknown): value is IBinaryData =>
	isRecord(value) &&
	typeof value.mimeType === 'string' &&
	(typeof value.data === 'string' || typeof value.id === 'string');
