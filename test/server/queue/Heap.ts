import type { QueueItem } from '../types';

/**
 * Pending items as a binary heap, which is why GET /queue shows them in no useful order. Two items
 * with equal number are compared by id; with equal id too the real server's comparison throws.
 */
export class Heap {
	items: QueueItem[] = [];

	push(item: QueueItem): void {
		this.items.push(item);
		for (let at = this.items.length - 1; at > 0; ) {
			const parent = (at - 1) >> 1;
			if (!this.before(at, parent)) break;
			this.swap(at, parent);
			at = parent;
		}
	}

	pop(): QueueItem | undefined {
		this.swap(0, this.items.length - 1);
		const item = this.items.pop();
		this.sink(0);
		return item;
	}

	remove(promptId: string): boolean {
		const at = this.items.findIndex((item) => item[1] === promptId);
		if (at < 0) return false;
		const rest = this.items.filter((_item, index) => index !== at);
		this.items = [];
		for (const item of rest) this.push(item);
		return true;
	}

	private sink(at: number): void {
		for (;;) {
			let first = at;
			for (const child of [2 * at + 1, 2 * at + 2])
				if (child < this.items.length && this.before(child, first)) first = child;
			if (first === at) return;
			this.swap(at, first);
			at = first;
		}
	}

	private before(left: number, right: number): boolean {
		const [a, b] = [this.items[left] as QueueItem, this.items[right] as QueueItem];
		if (a[0] === b[0] && a[1] === b[1])
			throw new TypeError("'<' not supported between instances of 'dict' and 'dict'");
		return a[0] === b[0] ? a[1] < b[1] : a[0] < b[0];
	}

	private swap(left: number, right: number): void {
		if (left === right || this.items.length === 0) return;
		const item = this.items[left] as QueueItem;
		this.items[left] = this.items[right] as QueueItem;
		this.items[right] = item;
	}
}
