import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { delay, linkSignals } from '../client/core/time';
import { withHint } from '../client/jobs/JobGroup';
import { describeUncancelled, type UncancelledJob } from '../client/jobs/SubmittedJobs';
import type { ExecutionHints } from './ExecutionHints';
import { Clients } from './clients';
import { addToError, failedItem, stoppedError, toNodeError } from './errors';

/**
 * Handles one item. The loop links the returned items to the input. The signal fires when the execution is stopped,
 * or when another item has failed it.
 */
type ItemHandler = (
	itemIndex: number,
	clients: Clients,
	options: { signal: AbortSignal },
) => Promise<INodeExecutionData[]>;

/** How the items are handled. */
interface LoopOptions {
	/**
	 * Checks one item without changing anything. When the node stops on an error, all items are checked one after the
	 * other before the first is handled, so that a wrong item is found before the others have cost anything.
	 */
	check?: (itemIndex: number, clients: Clients, options: { signal: AbortSignal }) => Promise<void>;
	/** Start all items before the first has ended. Default false: one after the other. */
	together?: boolean;
	/** The hints of the node. Those of a failed item are part of its error. */
	hints?: ExecutionHints;
	/** Runs once after the last item, while the clients are still open. */
	finish?: (clients: Clients) => Promise<void>;
	/** Cancels the jobs of the node when it ends without a result (stopped, or failed by an item). */
	cancelAll?: () => Promise<UncancelledJob[]>;
}

/**
 * The loop of every node: handles each item, links the output to the input, keeps a failed item with its error when
 * the node continues on fail, and closes the clients in any case. Jobs that could not be cancelled are named in the
 * error. A stopped execution is never continued.
 */
export async function forEachItem(
	context: IExecuteFunctions,
	handle: ItemHandler,
	{ check, together = false, hints, finish, cancelAll }: LoopOptions = {},
): Promise<INodeExecutionData[][]> {
	const clients = new Clients(context);
	const inputs = context.getInputData();
	const stop = context.getExecutionCancelSignal();
	const { controller, unlink } = linkSignals(stop);
	const handleOne = async (_: unknown, itemIndex: number): Promise<INodeExecutionData[]> => {
		try {
			const items = await handle(itemIndex, clients, { signal: controller.signal });
			return items.map((item) => ({ ...item, pairedItem: { item: itemIndex } }));
		} catch (caught) {
			if (stop?.aborted) throw stoppedError(context.getNode());
			const error = withHint(caught, hints?.describe(itemIndex));
			if (context.continueOnFail()) return [failedItem(context, inputs[itemIndex], error, itemIndex)];
			throw toNodeError(context.getNode(), error, itemIndex);
		}
	};
	const checkOne = async (_: unknown, itemIndex: number): Promise<void> => {
		try {
			await delay(0, { signal: controller.signal }); // lets n8n do something else between thousands of items
			await check?.(itemIndex, clients, { signal: controller.signal });
		} catch (caught) {
			if (stop?.aborted) throw stoppedError(context.getNode());
			throw toNodeError(context.getNode(), withHint(caught, hints?.describe(itemIndex)), itemIndex);
		}
	};
	try {
		// A single item is checked when it is handled.
		if (check && inputs.length > 1 && !context.continueOnFail()) await oneByOne(inputs, checkOne);
		const results = together
			? await allTogether(inputs.map(handleOne), controller)
			: await oneByOne(inputs, handleOne);
		await finish?.(clients);
		if (stop?.aborted) throw stoppedError(context.getNode());
		return [results.flat()];
	} catch (error) {
		hints?.show(context);
		throw addToError(error, describeUncancelled((await cancelAll?.()) ?? []));
	} finally {
		unlink();
		await clients.close();
	}
}

async function oneByOne<T, R>(inputs: T[], handle: (input: T, index: number) => Promise<R>): Promise<R[]> {
	const results: R[] = [];
	for (const [index, input] of inputs.entries()) results.push(await handle(input, index));
	return results;
}

/** The first failure stops the others. It is thrown after all have ended, so that nothing goes on unobserved. */
async function allTogether<T>(work: Array<Promise<T>>, controller: AbortController): Promise<T[]> {
	try {
		return await Promise.all(work);
	} finally {
		controller.abort();
		await Promise.allSettled(work);
	}
}
