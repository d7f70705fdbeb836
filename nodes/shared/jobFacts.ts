import type { IDataObject } from 'n8n-workflow';
import type { JobResult } from '../client/jobs/result';

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
	const { durationMs, timings, cachedNodes, texts, outputs, warnings } = result;
	return {
		durationMs: durationMs ?? null,
		timings,
		cachedNodes,
		...(includeTexts && { texts }),
		...(includeRawOutputs && { outputs }),
		...(warnings.length > 0 && { warnings }),
	} as unknown as IDataObject;
}
