import { Session } from 'node:inspector/promises';

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

/** Bytes that are in use on the heap after a garbage collection. */
export async function heldHeap(): Promise<number> {
	const session = new Session();
	session.connect();
	await session.post('HeapProfiler.collectGarbage');
	session.disconnect();
	return process.memoryUsage().heapUsed;
}

interface Node {
	selfSize: number;
	children: Node[];
}

const total = ({ selfSize, children }: Node): number =>
	children.reduce((sum, child) => sum + total(child), selfSize);
