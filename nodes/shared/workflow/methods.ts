import { searchSavedWorkflows } from './savedWorkflows';
import { workflowInputs } from './form';

/** Methods behind `workflowProperties`, for the `methods` of a node. */
export const workflowMethods = {
	listSearch: { searchSavedWorkflows },
	resourceMapping: { workflowInputs },
};
