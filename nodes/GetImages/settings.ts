import type { IExecuteFunctions } from 'n8n-workflow';
import { readFileSettings, type FileSettings } from '../shared/files/settings';

/** What the node was told to do with one item. */
export interface Settings extends FileSettings {
	source: 'promptId' | 'files';
	filesOfFailedJobs: boolean;
}

/** Reads the parameters for one item. @throws InvalidInputError when they contradict each other */
export function readSettings(context: IExecuteFunctions, itemIndex: number): Settings {
	const options = (context.getNodeParameter('options', itemIndex, {}) ?? {}) as Record<string, unknown>;
	return {
		...readFileSettings(context, itemIndex),
		source: context.getNodeParameter('source', itemIndex) === 'files' ? 'files' : 'promptId',
		filesOfFailedJobs: options.filesOfFailedJobs === true,
	};
}
