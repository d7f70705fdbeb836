import { Session } from 'node:inspector/promises';
import v8 from 'node:v8';
import vm from 'node:vm';

/** Bytes between two samples, on average. */
const INTERVAL = 8192;

/**
 * The bytes that are allocated on the heap while a function runs, whether they are collected or not. It is an estimate from
 * samples at random, which differs by a few hundredths from run to run.
 */
export async function allocated(work: () => unknown): Promise<number> {
	const session = new Session();
	session.connect();
	await session.post('HeapProfiler.startSampling', {
		samplingInterval: INTERVAL,
		includeObjectsCollectedByMajorGC: true,
		includeObjectsCollectedByMinorGC: true,
	});
	await work();
	const { profile } = await session.post('HeapProfiler.stopSampling');
	session.disconnect();
	return total(profile.head);
}

/** Bytes that are in use after a garbage collection, with what buffers hold outside the heap. */
export function heldMemory(): number {
	collectGarbage();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

/** Collects all garbage at once. Node.js needs no option of its own for it. */
export function collectGarbage(): void {
	v8.setFlagsFromString('--expose-gc');
	const collect = vm.runInNewContext('gc') as () => void;
	collect();
}

interface Node {
	selfSize: number;
	children: Node[];
}

const total = ({ selfSize, children }: Node): number =>
	children.reduce((sum, child) => sum + total(child), selfSize);
