import { setTimeout } from 'node:timers/promises';
import { until } from '../../support/until';

/** What an operation must not leave behind in this process. */
export class Aftermath {
	private readonly before = census();
	private readonly strays: unknown[] = [];
	private readonly onStray = (reason: unknown) => void this.strays.push(reason);

	/** @param overlooked kinds of resources that others may keep */
	constructor(private readonly overlooked: string[] = []) {
		process.on('unhandledRejection', this.onStray);
	}

	/** No socket, timer or port is open that was not before, and no promise was rejected unheard. */
	async expectNothingLeft(): Promise<void> {
		let left: string[] = [];
		const clean = () => {
			const now = census();
			left = [...now]
				.filter(([kind, count]) => count > (this.before.get(kind) ?? 0) && !this.overlooked.includes(kind))
				.map(([kind]) => kind);
			return left.length === 0;
		};
		await until(clean, 'sockets and timers to end', 30_000).catch(() => expect(left).toEqual([]));
		await setTimeout(1);
		expect(this.strays).toEqual([]);
	}

	end(): void {
		process.off('unhandledRejection', this.onStray);
	}
}

/** What keeps the process alive, by kind. */
function census(): Map<string, number> {
	const counts = new Map<string, number>();
	for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
	return counts;
}
