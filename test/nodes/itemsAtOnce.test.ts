import type { IExecuteFunctions } from 'n8n-workflow';
import { forEachItem } from '../../nodes/shared/items';

/** The client's clock stands still, unless a test moves it. */
const mockClock = { ms: 0 };
jest.mock('../../nodes/client/core/time', () => ({
	...jest.requireActual<typeof import('../../nodes/client/core/time')>('../../nodes/client/core/time'),
	now: () => mockClock.ms,
}));

const AT_ONCE = 3;

const contextOf = (count: number) => {
	const input = Array.from({ length: count }, (_, index) => ({ json: { index } }));
	return {
		getInputData: () => input,
		getExecutionCancelSignal: () => undefined,
		continueOnFail: () => false,
		getNode: () => ({ name: 'Node', type: 'test', typeVersion: 1, position: [0, 0], parameters: {} }),
	} as unknown as IExecuteFunctions;
};

describe('items at once', () => {
	test('an item begins when an earlier one has ended, and the results have the order of the items', async () => {
		const ends: Array<() => void> = [];
		const begun: number[] = [];
		const handled = forEachItem(
			contextOf(7),
			async (itemIndex) => {
				begun.push(itemIndex);
				await new Promise<void>((resolve) => ends.push(resolve));
				return [{ json: { itemIndex } }];
			},
			{ atOnce: AT_ONCE },
		);
		const mostHeld: number[] = [];
		for (let ended = 0; ended < 7; ended++) {
			while (ends.length === 0) await Promise.resolve();
			mostHeld.push(begun.length - ended);
			ends.pop()?.(); // the newest first
			for (let turn = 0; turn < 20; turn++) await Promise.resolve();
		}
		const [items] = await handled;
		expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
		expect(Math.max(...mostHeld)).toBe(AT_ONCE);
		expect(items.map(({ json }) => json.itemIndex)).toEqual([0, 1, 2, 3, 4, 5, 6]);
	});

	test('no further item begins after a failure, and those that have begun are stopped and waited for', async () => {
		const begun: number[] = [];
		const stopped: number[] = [];
		const handled = forEachItem(
			contextOf(10),
			async (itemIndex, _, { signal }) => {
				begun.push(itemIndex);
				if (itemIndex === 1) throw new Error('This item is wrong');
				await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
				stopped.push(itemIndex);
				return [];
			},
			{ atOnce: AT_ONCE },
		);
		await expect(handled).rejects.toThrow('This item is wrong');
		expect({ begun, stopped }).toEqual({ begun: [0, 1, 2], stopped: [0, 2] });
	});

	test.each<[string, 'check' | 'handle']>([
		['are checked', 'check'],
		['begin', 'handle'],
	])('n8n does something else after 10 ms in which items %s', async (_what, step) => {
		const work = async () => {
			mockClock.ms += 4;
			return [];
		};
		const isInterrupted = async (count: number) => {
			const somethingElse = jest.fn();
			setImmediate(somethingElse);
			const check = step === 'check' ? async () => void (await work()) : undefined;
			const handle = step === 'handle' ? work : async () => [];
			await forEachItem(contextOf(count), handle, { atOnce: count, check });
			return somethingElse.mock.calls.length > 0;
		};
		expect(await isInterrupted(2)).toBe(false);
		expect(await isInterrupted(50)).toBe(true);
	});
});
