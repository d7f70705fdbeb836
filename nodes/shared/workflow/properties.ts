import type { INodeProperties } from 'n8n-workflow';
import { deploymentProperties } from './deploymentProperties';
import { inputProperties } from './inputProperties';
import { sourceProperties } from './sourceProperties';

/** Parameters that say which workflow to run with which inputs; `Preparation` reads them. */
export const workflowProperties: INodeProperties[] = [
	...sourceProperties({ hide: { host: ['comfyDeploy'] } }),
	...deploymentProperties,
	...inputProperties,
];
