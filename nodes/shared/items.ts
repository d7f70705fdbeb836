import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isComfyUiError } from '../client/errors';
import { Clients } from './clients';
import { failedItem, toNodeError } from './errors';

/** What a node does with one item. Items it returns are linked to the input by the loop. */
export type ItemHandler = (itemIndex: number, clients: Clients) => Promise<INodeExecutionData[]>;

/** How the items are worked through. */
export interface LoopOptions {
	/** Start all items before the first has ended. Default false: one after the other. */
	together?: boolean;
}

/**
 * The loop of every node: handles each item, links what comes out to what went in, keeps a failed
 * item with its error when the node continues on fail, and closes the clients in any case. When the
 * execution is stopped, nothing is continued.
 */
export async function forEachItem(
	context: IExecuteFunctions,
	handle: ItemHandler,
	{ together = false }: LoopOptions = {},
): Promise<INodeExecutionData[][]> {
	const clients = new Clients(context);
	const inputs = context.getInputData();
	const one = async (itemIndex: number): Promise<INodeExecutionData[]> => {
		try {
			const items = await handle(itemIndex, clients);
			return items.map((item) => ({ ...item, pairedItem: { item: itemIndex } }));
		} catch (error) {
			const stopped =
				context.getExecutionCancelSignal()?.aborted || (isComfyUiError(error) && error.code === 'aborted');
			if (context.continueOnFail() && !stopped)
				return [failedItem(context, inputs[itemIndex], error, itemIndex)];
			throw toNodeError(context.getNode(), error, itemIndex);
		}
	};
	try {
		const results: INodeExecutionData[][] = [];
		if (together) {
			results.push(...(await allOrFirstError(inputs.map(async (_, index) => await one(index)))));
		} else {
			for (let index = 0; index < inputs.length; index++) results.push(await one(index));
		}
		return [results.flat()];
	} finally {
		await clients.close();
	}
}

/** Waits for all, so that nothing goes on unheard after the first failure is reported. */
async function allOrFirstError<T>(work: Array<Promise<T>>): Promise<T[]> {
	const settled = await Promise.allSettled(work);
	for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
	return settled.map((outcome) => (outcome as PromiseFulfilledResult<T>).value);
}
