/** How many pieces of work begin in one turn of the event loop. */
const MAX_PER_TURN = 20;

/** Spreads the begin of many pieces of work over turns of the event loop, in their order, so that other nodes go on between. */
export class TurnQueue {
	private begun = 0;
	private readonly waiting: Array<() => void> = [];

	/** Resolves at once, or in a later turn when many began in this one. */
	async next(): Promise<void> {
		if (this.begun === 0) setImmediate(() => this.newTurn());
		if (this.begun++ < MAX_PER_TURN) return;
		await new Promise<void>((resolve) => this.waiting.push(resolve));
	}

	private newTurn(): void {
		const next = this.waiting.splice(0, MAX_PER_TURN);
		this.begun = this.waiting.length > 0 ? MAX_PER_TURN : next.length;
		for (const begin of next) begin();
		if (next.length > 0) setImmediate(() => this.newTurn());
	}
}
