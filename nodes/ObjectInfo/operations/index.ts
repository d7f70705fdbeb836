import type { IDataObject } from 'n8n-workflow';
import type { OperationContext } from '../OperationContext';
import { checkWorkflow } from './checkWorkflow';
import { listEmbeddings, listModels } from './models';
import { describeNode, listNodeTypes, getChoices } from './nodeTypes';
import { getServerInformation } from './server';
import { convertWorkflow, listWorkflowInputs } from './workflowInputs';

/** Answers a question with the JSON of the items to put out. */
type Answer = (question: OperationContext) => Promise<IDataObject[]>;

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
} satisfies Record<string, Answer>;

export type Operation = keyof typeof operations;
