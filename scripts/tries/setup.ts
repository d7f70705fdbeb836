import { collectGarbage } from '../bench/heap';

export { mib, startEngine, type } from '../bench/setup';

/** Bytes of the heap that are left after a garbage collection, and the connections that are open. */
export async function leftOver(): Promise<{ heap: number; connections: number }> {
	// What has just ended is let go in the next rounds of the event loop.
	for (let round = 0; round < 5; round++) await new Promise(setImmediate);
	collectGarbage();
	return { heap: process.memoryUsage().heapUsed, connections: connections() };
}

/** Connections that this process has open. */
export const connections = () =>
	process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;

/** Samples a number while a function runs. @returns the highest sample */
export async function peakOf(sample: () => number, work: () => Promise<unknown>): Promise<number> {
	let peak = sample();
	const timer = setInterval(() => (peak = Math.max(peak, sample())), 50);
	try {
		await work();
	} finally {
		clearInterval(timer);
	}
	return Math.max(peak, sample());
}

/** A picture of one colour whose file name begins with a prefix. */
export function picture(color: number, prefix = 'tries'): Record<string, unknown> {
	return {
		1: { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color } },
		2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: prefix } },
	};
}

/** Prints what was seen. */
export function tell(...lines: string[]): void {
	process.stdout.write(`${lines.join('\n')}\n`);
}

/** Ends the process with an error when a promise of the script fails. */
export function runScript(main: () => Promise<void>): void {
	main().catch((error: Error) => {
		process.stderr.write(`${error.stack ?? error.message}\n`);
		process.exit(1);
	});
}
