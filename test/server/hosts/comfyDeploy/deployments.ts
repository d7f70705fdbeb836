/** What each deployment does when it is run. */
export const DEPLOYMENTS = {
	picture: '0f8fad5b-d9cb-469f-a165-70867728950e',
	/** Goes on until it is released. */
	slow: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
	failing: '2c1d43b8-e6d7-4a1b-9a5e-3f0b8e1c6d24',
	/** Two pictures, a film and a text; one node is refused. */
	mixed: '9b2e7f10-54cc-4f0e-8d1a-6a7f3c2b1e05',
} as const;

export type DeploymentName = keyof typeof DEPLOYMENTS;

export function deploymentOf(id: unknown): DeploymentName | undefined {
	const names = Object.keys(DEPLOYMENTS) as DeploymentName[];
	return names.find((name) => DEPLOYMENTS[name] === id);
}

/** The data of ComfyUI's `execution_error`, which becomes an output of the run. */
export const NODE_FAILURE = {
	node_id: '3',
	node_type: 'KSampler',
	executed: ['4'],
	exception_message: 'mat1 and mat2 shapes cannot be multiplied (77x2048 and 768x320)',
	exception_type: 'RuntimeError',
	traceback: ['  File "nodes.py", line 1, in sample\n'],
};

/** What ComfyUI says of a workflow of which it takes only a part. */
export const NODE_REFUSAL = {
	prompt_id: 'x',
	node_errors: {
		'12': {
			class_type: 'SaveImage',
			dependent_outputs: ['12'],
			errors: [
				{
					type: 'required_input_missing',
					message: 'Required input is missing',
					details: 'images',
					extra_info: { input_name: 'images' },
				},
			],
		},
	},
};
