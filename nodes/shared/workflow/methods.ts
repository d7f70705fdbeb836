import { lazy } from '../lazy';

/** Methods behind the workflow parameters, for the `methods` of a node. */
export const workflowMethods = {
	listSearch: {
		searchSavedWorkflows: lazy(async () => (await import('./savedWorkflows')).searchSavedWorkflows),
	},
	resourceMapping: {
		workflowInputs: lazy(async () => (await import('./form')).workflowInputs),
	},
};
