import type { INodeProperties } from 'n8n-workflow';

/** Parameters that say which workflow to run with which inputs; {@link Preparation} reads them. */
export const workflowProperties: INodeProperties[] = [];
