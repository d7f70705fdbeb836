import { SharedPromise } from '../../../nodes/client/core/SharedPromise';
import { caught } from '../support/caught';

/** Work whose end the test decides. */
function work() {
	let succeed: (value: number) => void = () => {};
	let fail: (error: Error) => void = () => {};
	let stop: AbortSignal | undefined;
	const shared = new SharedPromise<number>(async ({ signal }) => {
		stop = signal;
		return await new Promise<number>((resolve, reject) => {
			succeed = resolve;
			fail = reject;
		});
	});
	return {
		shared,
		succeed: () => succeed(7),
		fail: () => fail(new Error('no')),
		stopped: () => stop?.aborted,
	};
}

test('all who wait get the result, and those who come later too', async () => {
	const { shared, succeed } = work();
	const waiting = [shared.wait(), shared.wait()];
	succeed();
	expect(await Promise.all([...waiting, shared.wait()])).toEqual([7, 7, 7]);
	expect(shared.spent).toBe(false);
});

test('it goes on when one of two gives up, and ends with the last', async () => {
	const { shared, stopped } = work();
	const [one, other] = [new AbortController(), new AbortController()];
	const waiting = [shared.wait({ signal: one.signal }), shared.wait({ signal: other.signal })].map(
		async (wait) => await caught(wait),
	);
	one.abort();
	expect((await waiting[0]).code).toBe('aborted');
	expect([stopped(), shared.spent]).toEqual([false, false]);
	other.abort();
	expect((await waiting[1]).code).toBe('aborted');
	expect([stopped(), shared.spent]).toEqual([true, true]);
});

test('a result that comes after everybody has left makes it no fresh one', async () => {
	const { shared, succeed } = work();
	const controller = new AbortController();
	const waiting = caught(shared.wait({ signal: controller.signal }));
	controller.abort();
	await waiting;
	succeed();
	await new Promise(setImmediate);
	expect(shared.spent).toBe(true);
});

test('a failure is told to all, and is no result to keep', async () => {
	const { shared, fail } = work();
	const waiting = [shared.wait(), shared.wait()].map(async (wait) => await caught(wait));
	fail();
	expect((await Promise.all(waiting)).map(({ message }) => message)).toEqual(['no', 'no']);
	expect(shared.spent).toBe(true);
});
