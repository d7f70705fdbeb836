import type { BinaryDataService } from 'n8n-core';
import {
	BINARY_IN_JSON_PROPERTY,
	UserError,
	type IBinaryData,
	type IBinaryKeyData,
	type ICredentialDataDecryptedObject,
	type INodeExecutionData,
	type IRun,
	type ITaskData,
	type NodeExecutionHint,
} from 'n8n-workflow';
import type { EngineRun, RunError } from './types';

/** Reads n8n's record of an execution. */
export class RunResult implements EngineRun {
	constructor(
		readonly id: string,
		readonly raw: IRun,
		private readonly binaryData: BinaryDataService,
		readonly storedCredential: (type: string) => ICredentialDataDecryptedObject,
	) {}

	get status(): EngineRun['status'] {
		return this.raw.status as EngineRun['status'];
	}

	get error(): RunError | undefined {
		const { error: raw, lastNodeExecuted } = this.raw.data.resultData;
		if (!raw) return undefined;
		const node = 'node' in raw ? raw.node?.name : undefined;
		return {
			message: raw.message,
			description: 'description' in raw ? (raw.description ?? undefined) : undefined,
			node: node ?? lastNodeExecuted,
			itemIndex: 'context' in raw ? (raw.context?.itemIndex as number | undefined) : undefined,
			raw,
		};
	}

	items(nodeName: string, output = 0): INodeExecutionData[] {
		return this.tasks(nodeName).flatMap((task) => task.data?.main?.[output] ?? []);
	}

	hints(nodeName: string): NodeExecutionHint[] {
		return this.tasks(nodeName).flatMap((task) => task.hints ?? []);
	}

	async binary(item: INodeExecutionData, property: string): Promise<Buffer> {
		return await this.binaryData.getAsBuffer(findFile(item, property));
	}

	private tasks(nodeName: string): ITaskData[] {
		return this.raw.data.resultData.runData[nodeName] ?? [];
	}
}

/** With `binaryMode: 'combined'` the files of an item lie in its JSON. */
function findFile(item: INodeExecutionData, property: string): IBinaryData {
	const inJson = item.json[BINARY_IN_JSON_PROPERTY] as unknown as IBinaryKeyData | undefined;
	const file = item.binary?.[property] ?? inJson?.[property];
	if (file) return file;
	const names = Object.keys({ ...item.binary, ...inJson });
	throw new UserError(`The item has no file "${property}"; it has: ${names.join(', ') || 'none'}`);
}
