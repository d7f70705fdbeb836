import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { linkSignals } from '../client/core/time';
import { Clients } from './clients';
import { failedItem, stoppedError, toNodeError } from './errors';

/**
 * What a node does with one item. Items it returns are linked to the input by the loop. The signal
 * fires when the execution is stopped, or when another item has failed it.
 */
type ItemHandler = (
	itemIndex: number,
	clients: Clients,
	options: { signal: AbortSignal },
) => Promise<INodeExecutionData[]>;

/** How the items are worked through. */
interface LoopOptions {
	/** Start all items before the first has ended. Default false: one after the other. */
	together?: boolean;
	/** Runs once after the last item, while the clients are still open. */
	finish?: (clients: Clients) => Promise<void>;
	/** Runs when the node ends without a result (stopped, or failed by an item), while the clients are still open. */
	abandoned?: () => Promise<void>;
}

/**
 * The loop of every node: handles each item, links what comes out to what went in, keeps a failed
 * item with its error when the node continues on fail, and closes the clients in any case. When the
 * execution is stopped, nothing is continued.
 */
export async function forEachItem(
	context: IExecuteFunctions,
	handle: ItemHandler,
	{ together = false, finish, abandoned }: LoopOptions = {},
): Promise<INodeExecutionData[][]> {
	const clients = new Clients(context);
	const inputs = context.getInputData();
	const stop = context.getExecutionCancelSignal();
	const { controller, unlink } = linkSignals(stop);
	const one = async (_: unknown, itemIndex: number): Promise<INodeExecutionData[]> => {
		try {
			const items = await handle(itemIndex, clients, { signal: controller.signal });
			return items.map((item) => ({ ...item, pairedItem: { item: itemIndex } }));
		} catch (error) {
			if (stop?.aborted) throw stoppedError(context.getNode());
			if (context.continueOnFail()) return [failedItem(context, inputs[itemIndex], error, itemIndex)];
			throw toNodeError(context.getNode(), error, itemIndex);
		}
	};
	let finished = false;
	try {
		const results = together ? await allTogether(inputs.map(one), controller) : await inTurn(inputs, one);
		await finish?.(clients);
		finished = stop?.aborted !== true;
		return [results.flat()];
	} finally {
		unlink();
		if (!finished) await abandoned?.();
		await clients.close();
	}
}

async function inTurn<T, R>(inputs: T[], one: (input: T, index: number) => Promise<R>): Promise<R[]> {
	const results: R[] = [];
	for (const [index, input] of inputs.entries()) results.push(await one(input, index));
	return results;
}

/** The first failure stops the others; it is reported once all have ended, so that nothing goes on unheard. */
async function allTogether<T>(work: Array<Promise<T>>, controller: AbortController): Promise<T[]> {
	try {
		return await Promise.all(work);
	} finally {
		controller.abort();
		await Promise.allSettled(work);
	}
}
