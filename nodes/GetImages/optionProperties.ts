import type { INodeProperties } from 'n8n-workflow';
import { fileOptions } from '../shared/files/properties';

/** Everything that has a good default. */
export const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	default: {},
	placeholder: 'Add option',
	options: [
		fileOptions.channel,
		fileOptions.fileName,
		{
			displayName: 'Files of Failed Jobs',
			name: 'filesOfFailedJobs',
			type: 'boolean',
			default: false,
			description: 'Whether to download what a job made before it failed or was interrupted',
		},
		fileOptions.includeDetails,
		fileOptions.includeInput,
		fileOptions.skipMissing,
		fileOptions.whenNoFiles,
	],
};
