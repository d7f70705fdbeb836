import {
	NodeConnectionTypes,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

/** Makes one item of every item, its JSON from the `values` parameter, whose strings may be expressions. */
export class TestSet implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Set',
		name: 'set',
		group: ['transform'],
		version: 1,
		description: 'A node for tests',
		defaults: {},
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		properties: [
			{ displayName: 'Values', name: 'values', type: 'json', default: {} },
			{ displayName: 'Keep Input', name: 'keepInput', type: 'boolean', default: false },
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = this.getInputData().map((item, index) => {
			const values = this.getNodeParameter('values', index) as IDataObject;
			const keep = this.getNodeParameter('keepInput', index) as boolean;
			return {
				json: keep ? { ...item.json, ...values } : values,
				...(keep && { binary: item.binary }),
				pairedItem: { item: index },
			};
		});
		return [items];
	}
}
