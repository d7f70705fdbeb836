import type { IDataObject } from 'n8n-workflow';
import type { JobResult } from '../client/jobs/result';
import type { OutputFile } from '../client/protocol/outputs';

/** Which facts of a job to return. */
export interface FactOptions {
	includeRawOutputs?: boolean;
	includeTexts?: boolean;
}

/** The facts of an ended job, without its files. */
export function jobFacts(
	result: JobResult,
	{ includeTexts = true, includeRawOutputs = false }: FactOptions,
): IDataObject {
	const { durationMs, timings, cachedNodes, texts, outputs, warnings, server } = result;
	return {
		durationMs: durationMs ?? null,
		timings,
		cachedNodes,
		...(includeTexts && { texts }),
		...(includeRawOutputs && { outputs }),
		...(warnings.length > 0 && { warnings }),
		...(server !== undefined && { server }),
	} as unknown as IDataObject;
}

/** The URL of a file needs the credentials of the server, so its name says whose it is. Version 1 of the nodes called it `url`. */
export function withUrlNamed({ url, ...file }: OutputFile): object {
	return { ...file, ...(url && { comfyUiUrl: url }) };
}
