/** A frame before it is sent: `type` is the number of the frame type when it is binary. */
export interface OutgoingEvent {
	type: string | number;
	data: object;
}

export type EventPredicate = (event: OutgoingEvent) => boolean;

/** Keeps chosen events from being sent. */
export class EventFilter {
	private muted: EventPredicate[] = [];

	mute(predicate: EventPredicate): void {
		this.muted.push(predicate);
	}

	lets(event: OutgoingEvent): boolean {
		return !this.muted.some((predicate) => predicate(event));
	}

	clear(): void {
		this.muted = [];
	}
}
