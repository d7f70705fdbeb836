import { lazy } from '../lazy';

/** Methods behind the workflow parameters, for the `methods` of a node. */
export const workflowMethods = {
	listSearch: {
		searchCheckpoints: lazy(async () => (await import('./readyMade')).searchCheckpoints),
		searchTemplates: lazy(async () => (await import('./readyMade')).searchTemplates),
		searchUpscaleModels: lazy(async () => (await import('./readyMade')).searchUpscaleModels),
		searchSavedWorkflows: lazy(async () => (await import('./savedWorkflows')).searchSavedWorkflows),
	},
	loadOptions: {
		outputNodes: lazy(async () => (await import('./outputNodes')).outputNodes),
	},
	resourceMapping: {
		workflowInputs: lazy(async () => (await import('./form')).workflowInputs),
	},
};
