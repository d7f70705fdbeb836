import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { loadBuiltPackage, nodeType } from '../../test/support/builtPackage';
import { Engine } from '../../test/support/engine';
import { collectGarbage, heldMemory } from './heap';

/** What the measures share. */

export const type = nodeType;

export async function startEngine(): Promise<Engine> {
	return await Engine.start({ ...loadBuiltPackage(), binaryMode: 'filesystem' });
}

/** Hands the findings to the process that asked, and ends. */
export function report(...lines: string[]): void {
	process.send?.(lines);
	process.disconnect?.();
}

export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)];
}

export const ms = (value: number) => `${value.toFixed(1)} ms`;
export const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** A job that takes this long on the server and makes one small picture; with another color it is another picture. */
export function job(seconds: number, steps = 2, color = 255): Record<string, unknown> {
	return {
		1: { class_type: 'EmptyImage', inputs: { width: 32, height: 32, batch_size: 1, color } },
		2: { class_type: 'TSleep', inputs: { seconds, steps, seed: 0, image: ['1', 0] } },
		3: { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'bench' } },
	};
}

/** How long a function took, and the longest time during it in which the event loop did nothing else, ms. */
export interface Timed {
	took: number;
	/** By the clock, which also counts the time in which this process had no processor. */
	stall: number;
	/** The most processor time that this process used between two turns of the event loop. */
	busyStall: number;
}

export async function timed(work: () => Promise<unknown>): Promise<Timed> {
	const delays = monitorEventLoopDelay({ resolution: 1 });
	const turns = new Turns();
	delays.enable();
	const start = performance.now();
	await work();
	const took = performance.now() - start;
	delays.disable();
	return { took, stall: delays.max / 1e6, busyStall: turns.end() };
}

/** Finds the most processor time between two turns of the event loop. */
class Turns {
	private longest = 0;
	private last = process.cpuUsage();
	private readonly timer = setInterval(() => this.sample(), 1);

	/** @returns ms */
	end(): number {
		clearInterval(this.timer);
		this.sample();
		return this.longest;
	}

	private sample(): void {
		const { user, system } = process.cpuUsage(this.last);
		this.last = process.cpuUsage();
		this.longest = Math.max(this.longest, (user + system) / 1000);
	}
}

/** A stall as the lines of the measures show it. */
export const showStall = ({ stall, busyStall }: Pick<Timed, 'stall' | 'busyStall'>): string =>
	`${ms(busyStall)} of processor time, ${ms(stall)} by the clock`;

/** Processor time of this process while a function runs, ms. */
export async function processorTime(work: () => Promise<unknown>): Promise<number> {
	const before = process.cpuUsage();
	await work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}

/**
 * Looks at the memory in use once a second while a function runs, and at its end.
 * @returns by how much it grew at most, bytes; and the result, which would be collected before the end if it were dropped
 */
export async function heldGrowth<T>(work: () => Promise<T>): Promise<{ growth: number; result: T }> {
	const before = heldMemory();
	let peak = before;
	const timer = setInterval(() => (peak = Math.max(peak, heldMemory())), 1000);
	try {
		const result = await work();
		return { growth: Math.max(peak, heldMemory()) - before, result };
	} finally {
		clearInterval(timer);
	}
}

/** Samples the memory of this process while a function runs. Returns the maximum growth, bytes. */
export async function memoryGrowth(work: () => Promise<unknown>): Promise<number> {
	collectGarbage();
	const before = process.memoryUsage().rss;
	let peak = before;
	const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
	try {
		await work();
	} finally {
		clearInterval(timer);
	}
	return Math.max(peak, process.memoryUsage().rss) - before;
}
