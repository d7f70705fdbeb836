import type { IDataObject } from 'n8n-workflow';
import type { OperationContext } from '../../shared/operations/OperationContext';
import { checkWorkflow } from './checkWorkflow';
import { listEmbeddings, listModels } from './models';
import { describeNode, listNodeTypes, getChoices } from './nodeTypes';
import { getServerInformation } from './server';
import { convertWorkflow, listWorkflowInputs } from './workflowInputs';

/** Returns the JSON of the output items. */
type Run = (operation: OperationContext) => Promise<IDataObject[]>;

/** The operations of ComfyUI servers, by the value of the parameter "Operation". */
export const operations = {
	checkWorkflow,
	convertWorkflow,
	describeNode,
	getChoices,
	getServerInformation,
	listEmbeddings,
	listModels,
	listNodeTypes,
	listWorkflowInputs,
} satisfies Record<string, Run>;

export type Operation = keyof typeof operations;
