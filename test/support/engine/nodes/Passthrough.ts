import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

/** A node that returns its input. */
abstract class Passthrough implements INodeType {
	abstract description: INodeTypeDescription;

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getInputData()];
	}
}

const about = {
	group: [],
	version: 1,
	description: 'A node for tests',
	defaults: {},
	outputs: [NodeConnectionTypes.Main],
	properties: [],
} satisfies Partial<INodeTypeDescription>;

/**
 * Where a workflow starts. The engine puts the items of the run on its stack, as n8n does for an activated
 * trigger, and this node emits them.
 */
export class TestInput extends Passthrough {
	description: INodeTypeDescription = {
		...about,
		displayName: 'Input',
		name: 'input',
		group: ['trigger'],
		inputs: [],
	};
}

export class TestNoOp extends Passthrough {
	description: INodeTypeDescription = {
		...about,
		displayName: 'No Operation',
		name: 'noOp',
		inputs: [NodeConnectionTypes.Main],
	};
}
