import type { INodeProperties } from 'n8n-workflow';
import { filters } from '../shared/files/filterProperties';
import { outputProperties } from '../shared/files/outputProperties';
import { workflowProperties } from '../shared/workflow/properties';
import { options } from './optionProperties';
import { retry } from './retryProperties';

/** Parameters of Run Workflow. */
export const properties: INodeProperties[] = [
	...workflowProperties,
	...outputProperties,
	filters,
	retry,
	options,
];
