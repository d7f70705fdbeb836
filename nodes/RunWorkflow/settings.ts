import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { InvalidInputError } from '../client/core/errors';
import { readFileSettings, type FileSettings } from '../shared/files/settings';
import { readSeconds } from '../shared/readSeconds';
import type { RetryPolicy } from '../client/core/retry';
import type { RunOptions } from '../client/jobs/JobAttempts';

/** The parameters of the node for one item. */
export interface Settings extends FileSettings {
	run: RunOptions & { timeoutMs: number; retry: RetryPolicy };
	includeRawOutputs: boolean;
	/** Whether the outputs of App Mode are the default of which files to return: since version 1.1 of the node. */
	showsAppOutputs: boolean;
}

/** Reads the parameters for one item. @throws InvalidInputError that names the parameter */
export function readSettings(context: IExecuteFunctions, itemIndex: number): Settings {
	const options = readOptions(context, itemIndex);
	const retry = (context.getNodeParameter('retry', itemIndex, {}) ?? {}) as IDataObject;
	return {
		...readFileSettings(context, itemIndex),
		includeRawOutputs: options.includeRawOutputs === true,
		showsAppOutputs: context.getNode().typeVersion >= 1.1,
		run: {
			timeoutMs: readSeconds(options.timeout ?? 3600, 'Timeout (Seconds)'),
			cancelOnTimeout: options.onTimeout !== 'fail',
			cancelOnAbort: options.cancelOnStop !== false,
			includeTemp: true, // the filters of the node choose
			retry: {
				retries: readCount(retry.retries ?? 2, 'Retries'),
				waitMs: readSeconds(retry.wait ?? 5, 'Retry Wait (Seconds)'),
				failedNodes: retry.failedNodes === true,
			},
		},
	};
}

/** How many jobs may be queued or running at once, the same for all items. @throws InvalidInputError */
export function readConcurrency(context: IExecuteFunctions): number {
	return readCount(readOptions(context, 0).concurrency ?? 0, 'Concurrency Limit') || Infinity;
}

function readOptions(context: IExecuteFunctions, itemIndex: number): IDataObject {
	return (context.getNodeParameter('options', itemIndex, {}) ?? {}) as IDataObject;
}

function readCount(value: unknown, name: string): number {
	const count = String(value).trim() === '' ? NaN : Number(value);
	if (Number.isInteger(count) && count >= 0) return count;
	throw new InvalidInputError(`"${name}" has to be a whole number, 0 or more.`, 'Enter a number such as 3.');
}
