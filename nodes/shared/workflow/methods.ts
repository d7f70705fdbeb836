import { searchSavedWorkflows } from './SavedWorkflows';
import { workflowInputs } from './workflowInputs';

/** Methods behind `workflowProperties`, for the `methods` of a node. */
export const workflowMethods = {
	listSearch: { searchSavedWorkflows },
	resourceMapping: { workflowInputs },
};
