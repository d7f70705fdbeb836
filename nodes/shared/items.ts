import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { delay, linkSignals, now, throwIfAborted } from '../client/core/time';
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
	/** How many items are handled at once; the others begin in their order. Default 1: one after the other. */
	atOnce?: number;
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
	{ check, atOnce = 1, hints, finish, cancelAll }: LoopOptions = {},
): Promise<INodeExecutionData[][]> {
	const clients = new Clients(context);
	const inputs = context.getInputData();
	const stop = context.getExecutionCancelSignal();
	const { controller, unlink } = linkSignals(stop);
	const turns = new Turns();
	const handleOne = async (_: unknown, itemIndex: number): Promise<INodeExecutionData[]> => {
		try {
			while (atOnce > 1 && turns.isOver) await turns.end({ signal: controller.signal });
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
			throwIfAborted(controller.signal);
			while (turns.isOver) await turns.end({ signal: controller.signal });
			await check?.(itemIndex, clients, { signal: controller.signal });
		} catch (caught) {
			if (stop?.aborted) throw stoppedError(context.getNode());
			throw toNodeError(context.getNode(), withHint(caught, hints?.describe(itemIndex)), itemIndex);
		}
	};
	try {
		// A single item is checked when it is handled.
		if (check && inputs.length > 1 && !context.continueOnFail()) await oneByOne(inputs, checkOne);
		const results =
			atOnce > 1
				? await manyAtOnce(inputs, atOnce, handleOne, controller)
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

/** Milliseconds of work for items after which n8n does something else: a pause takes longer than most items need. */
const TURN_MS = 10;

/** Lets n8n do something else between thousands of items that are checked, or begin, without a request. */
class Turns {
	private began = now();

	get isOver(): boolean {
		return now() - this.began > TURN_MS;
	}

	/** Another item may begin the next turn meanwhile. @throws AbortedError when the signal fires */
	async end({ signal }: { signal: AbortSignal }): Promise<void> {
		const { began } = this;
		await delay(0, { signal });
		if (this.began === began) this.began = now();
	}
}

async function oneByOne<T, R>(inputs: T[], handle: (input: T, index: number) => Promise<R>): Promise<R[]> {
	const results: R[] = [];
	for (const [index, input] of inputs.entries()) results.push(await handle(input, index));
	return results;
}

/**
 * The first failure stops the others, and no further item begins. It is thrown after all have ended, so that nothing goes
 * on unobserved.
 */
async function manyAtOnce<T, R>(
	inputs: T[],
	atOnce: number,
	handle: (input: T, index: number) => Promise<R>,
	controller: AbortController,
): Promise<R[]> {
	const results: R[] = [];
	const next = inputs.entries();
	const worker = async () => {
		for (const [index, input] of next) {
			if (controller.signal.aborted) return;
			results[index] = await handle(input, index);
		}
	};
	const workers = Array.from({ length: Math.min(atOnce, inputs.length) }, worker);
	try {
		await Promise.all(workers);
		return results;
	} finally {
		controller.abort();
		await Promise.allSettled(workers);
	}
}
