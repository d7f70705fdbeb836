/** Does something with every item, with at most so many under way at a time. Ends with the first failure. */
export async function inParallel<T>(
	items: readonly T[],
	most: number,
	work: (item: T) => Promise<void>,
): Promise<void> {
	const next = items.values();
	const worker = async () => {
		for (const item of next) await work(item);
	};
	await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
}
