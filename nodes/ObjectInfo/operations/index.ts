import type { IDataObject } from 'n8n-workflow';
import type { OperationContext } from '../OperationContext';
import { checkWorkflow } from './checkWorkflow';
import { listEmbeddings, listModels } from './models';
import { describeNode, listNodeTypes, getChoices } from './nodeTypes';
import { getServerInformation } from './server';
import { convertWorkflow, listWorkflowInputs } from './workflowInputs';

/** Runs an operation for one item. @returns the JSON of the output items */
type RunOperation = (context: OperationContext) => Promise<IDataObject[]>;

/** The operations by the value of the Operation parameter. */
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
} satisfies Record<string, RunOperation>;

export type Operation = keyof typeof operations;
