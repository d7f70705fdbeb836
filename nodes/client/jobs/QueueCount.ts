import type { ServerMessage } from '../protocol/messages';

/**
 * The length of the queue, as the server sends it to every client. Deleted jobs get no event of their own, but the count
 * falls. It also falls for each job that ends, and follows the event that says so.
 */
export class QueueCount {
	private remaining?: number;
	/** Ends of our jobs that events have reported since the last count. */
	private reportedEnds = 0;

	/** Notes a message about one of our jobs. */
	add(message: ServerMessage): void {
		if (reportsEnd(message)) this.reportedEnds += 1;
	}

	/** Notes a new count. @returns by how much it fell, and how much of this no end of our jobs explains */
	update(remaining = NaN): { fallen: number; unexplained: number } {
		const fallen = (this.remaining ?? remaining) - remaining;
		const unexplained = fallen - this.reportedEnds;
		this.remaining = remaining;
		this.reportedEnds = 0;
		return { fallen, unexplained };
	}
}

const reportsEnd = (message: ServerMessage): boolean =>
	message.type === 'execution_success' ||
	message.type === 'execution_interrupted' ||
	(message.type === 'execution_error' && message.data.exception_type !== 'ExecutionBlocked');
