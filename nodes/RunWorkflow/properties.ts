import type { INodeProperties } from 'n8n-workflow';
import { hostProperty } from '../shared/hosts/property';
import { filters } from '../shared/files/filterProperties';
import { outputProperties } from '../shared/files/outputProperties';
import { workflowProperties } from '../shared/workflow/properties';
import { options } from './optionProperties';
import { retry } from './retryProperties';

/** Parameters of Run Workflow. */
export const properties: INodeProperties[] = [
	hostProperty(),
	...workflowProperties,
	...outputProperties,
	filters,
	retry,
	options,
];
