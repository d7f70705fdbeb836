/** A frame before it is sent: `type` is the number of the frame type when it is binary. */
export interface OutgoingEvent {
	type: string | number;
	data: object;
}

/** Hears of every event in the moment in which the server sends it. */
export type EventListener = (event: OutgoingEvent) => void;
export type EventPredicate = (event: OutgoingEvent) => boolean;

/** Suppresses chosen events, and notifies listeners of all events. */
export class EventFilter {
	private muted: EventPredicate[] = [];
	private listeners: EventListener[] = [];

	mute(predicate: EventPredicate): void {
		this.muted.push(predicate);
	}

	listen(listener: EventListener): void {
		this.listeners.push(listener);
	}

	lets(event: OutgoingEvent): boolean {
		for (const listener of this.listeners) listener(event);
		return !this.muted.some((predicate) => predicate(event));
	}

	clear(): void {
		this.muted = [];
		this.listeners = [];
	}
}
