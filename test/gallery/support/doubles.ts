import vm from 'node:vm';
import {
	NodeConnectionTypes,
	type IBinaryKeyData,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

/** The nodes of n8n and of others that the flows of the gallery use, as far as the flows use them. */

/** What a service answers: nothing, the fields of the item to return, or an item with files. */
type Reply = IDataObject | { json: IDataObject; binary: IBinaryKeyData };

/** Answers one item of a node, with its parameters after all expressions. */
export type Replies = Record<string, (parameters: IDataObject, item: INodeExecutionData) => Reply | Reply[]>;

/** What the nodes of services were asked during one run. */
export class Services {
	private readonly asked: Array<{ node: string; parameters: IDataObject }> = [];
	replies: Replies = {};

	reset(replies: Replies): void {
		this.asked.length = 0;
		this.replies = replies;
	}

	note(node: string, parameters: IDataObject): void {
		this.asked.push({ node, parameters });
	}

	/** The parameters of a node, once for each item that reached it. */
	of(node: string): IDataObject[] {
		return this.asked.filter((one) => one.node === node).map(({ parameters }) => parameters);
	}
}

function description(name: string, parameters: string[], outputs = 1): INodeTypeDescription {
	return {
		displayName: name,
		name,
		group: ['transform'],
		version: 1,
		description: 'A node for tests',
		defaults: {},
		inputs: [NodeConnectionTypes.Main],
		outputs: Array.from({ length: outputs }, () => NodeConnectionTypes.Main),
		properties: parameters.map((parameter) => ({
			displayName: parameter,
			name: parameter,
			type: 'json',
			default: '',
		})),
	};
}

/** A service: writes down what it is asked, and answers what the test says, or what it got. */
export class ServiceNode implements INodeType {
	description: INodeTypeDescription;
	execute: INodeType['execute'];

	constructor(name: string, parameters: string[], services: Services) {
		this.description = description(name, parameters);
		this.execute = async function (this: IExecuteFunctions) {
			const node = this.getNode();
			const isOnce = node.executeOnce === true;
			const items = isOnce ? this.getInputData().slice(0, 1) : this.getInputData();
			const answers = items.flatMap((item, index) => {
				const given = Object.fromEntries(
					Object.keys(node.parameters).map((key) => [key, this.getNodeParameter(key, index) as never]),
				);
				services.note(node.name, given);
				const reply = replyOf(this, () => services.replies[node.name]?.(given, item)) ?? {
					json: item.json,
					binary: item.binary,
				};
				return [reply].flat().map((one) => ({ ...asItem(one), pairedItem: { item: index } }));
			});
			return [answers];
		};
	}
}

/** As the nodes of n8n do it: with On Error set to continue, an item that fails has the reason as its field `error`. */
function replyOf(
	context: IExecuteFunctions,
	answer: () => Reply | Reply[] | undefined,
): Reply | Reply[] | undefined {
	try {
		return answer();
	} catch (error) {
		if (!context.continueOnFail()) throw error;
		return { error: (error as Error).message };
	}
}

function asItem(reply: Reply): INodeExecutionData {
	if ('json' in reply && 'binary' in reply) return reply as INodeExecutionData;
	return { json: reply as IDataObject };
}

interface Assignment {
	name: string;
	value: unknown;
}

/** n8n's Set: keeps the item with its files, and adds fields. */
export class SetNode implements INodeType {
	description = description('set', ['assignments', 'includeOtherFields', 'options']);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [
			this.getInputData().map((item, index) => {
				const { assignments } = this.getNodeParameter('assignments', index) as { assignments: Assignment[] };
				const added = Object.fromEntries(assignments.map(({ name, value }) => [name, value])) as IDataObject;
				return { ...item, json: { ...item.json, ...added }, pairedItem: { item: index } };
			}),
		];
	}
}

interface Condition {
	leftValue: unknown;
	rightValue: unknown;
	operator: { operation: string };
}

const OPERATIONS: Record<string, (left: unknown, right: unknown) => boolean> = {
	equals: (left, right) => left === right,
	true: (left) => left === true,
	notEmpty: (left) => left !== undefined && left !== null && left !== '',
};

/** n8n's If with one condition. */
export class IfNode implements INodeType {
	description = description('if', ['conditions', 'looseTypeValidation', 'options'], 2);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const outputs: INodeExecutionData[][] = [[], []];
		this.getInputData().forEach((item, index) => {
			const { conditions } = this.getNodeParameter('conditions', index) as { conditions: Condition[] };
			const isMet = conditions.every(({ leftValue, rightValue, operator }) =>
				OPERATIONS[operator.operation](leftValue, rightValue),
			);
			outputs[isMet ? 0 : 1].push({ ...item, pairedItem: { item: index } });
		});
		return outputs;
	}
}

/** n8n's Code: JavaScript, once for all items. */
export class CodeNode implements INodeType {
	description = description('code', ['jsCode']);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { $input, $, $now } = this.getWorkflowDataProxy(0);
		const source = `(async function () {\n${this.getNodeParameter('jsCode', 0) as string}\n})`;
		const run = vm.runInNewContext(source, { $input, $, $now, Buffer }) as (
			this: object,
		) => Promise<INodeExecutionData[]>;
		const { helpers } = this;
		const made = await run.call({
			helpers: { getBinaryDataBuffer: helpers.getBinaryDataBuffer.bind(helpers) },
		});
		// Objects of another realm are none to the engine.
		return [structuredClone(JSON.parse(JSON.stringify(made)) as INodeExecutionData[])];
	}
}

/** n8n's Stop and Error. */
export class StopNode implements INodeType {
	description = description('stopAndError', ['errorMessage']);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		throw new Error(this.getNodeParameter('errorMessage', 0) as string);
	}
}
