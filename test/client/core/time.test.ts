import {
	callAfter,
	delay,
	linkSignals,
	now,
	orAborted,
	throwIfAborted,
} from '../../../nodes/client/core/time';
import { caught } from '../support/caught';

describe('delay', () => {
	test('waits, the longer the later', async () => {
		const ended: number[] = [];
		const before = now();
		await Promise.all([60, 30, 1].map(async (ms) => await delay(ms).then(() => ended.push(ms))));
		expect(ended).toEqual([1, 30, 60]);
		expect(now()).toBeGreaterThan(before);
	});

	test.each([0, -5, 0.4])('of %p ms ends', async (ms) => {
		await expect(delay(ms)).resolves.toBeUndefined();
	});

	test('of many years can be ended', async () => {
		const controller = new AbortController();
		const waiting = caught(delay(1e15, { signal: controller.signal }));
		controller.abort();
		expect((await waiting).code).toBe('aborted');
	});

	test('does not begin when the signal has fired', async () => {
		expect((await caught(delay(1e9, { signal: AbortSignal.abort() }))).code).toBe('aborted');
	});

	test('keeps no listener on the signal', async () => {
		const { signal } = new AbortController();
		const [add, remove] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
		await delay(1, { signal });
		expect(remove).toHaveBeenCalledTimes(add.mock.calls.length);
	});
});

describe('callbacks after a time', () => {
	afterEach(() => jest.restoreAllMocks());

	test('share one timer when they are due at nearly the same time, many seconds from now', () => {
		jest.spyOn(performance, 'now').mockReturnValue(1_234.5);
		const timeout = jest.spyOn(AbortSignal, 'timeout');
		const forget = [20_000, 20_010, 20_100].map((ms) => callAfter(ms, () => {}));
		expect(timeout.mock.calls).toEqual([[20_066], [20_166]]);
		for (const forgetOne of forget) forgetOne();
	});

	test('are forgotten one by one', async () => {
		jest.spyOn(performance, 'now').mockReturnValue(1_234.5);
		const called: string[] = [];
		const forget = callAfter(1, () => called.push('forgotten'));
		await new Promise<void>((resolve) => {
			callAfter(1, () => called.push('kept'));
			callAfter(1, resolve);
			forget();
		});
		expect(called).toEqual(['kept']);
	});
});

describe('linked signals', () => {
	test('fire when one of them does, until they are unlinked', () => {
		const [one, two] = [new AbortController(), new AbortController()];
		const linked = linkSignals(one.signal, undefined, two.signal);
		const unlinked = linkSignals(one.signal, two.signal);
		unlinked.unlink();
		expect(linked.controller.signal.aborted).toBe(false);
		two.abort();
		expect([linked.controller.signal.aborted, unlinked.controller.signal.aborted]).toEqual([true, false]);
	});

	test('have fired when one of them had', () => {
		expect(linkSignals(AbortSignal.abort()).controller.signal.aborted).toBe(true);
	});
});

describe('orAborted', () => {
	test('settles with the work', async () => {
		const { signal } = new AbortController();
		await expect(orAborted(Promise.resolve(5), { signal })).resolves.toBe(5);
		await expect(orAborted(Promise.reject(new Error('no')), { signal })).rejects.toThrow('no');
		await expect(orAborted(Promise.resolve(5))).resolves.toBe(5);
	});

	test('rejects with the signal, and what the work does later is nobody’s business', async () => {
		const controller = new AbortController();
		let fail: (error: Error) => void = () => {};
		const work = new Promise<never>((_resolve, reject) => (fail = reject));
		const error = caught(orAborted(work, { signal: controller.signal }));
		controller.abort();
		expect((await error).code).toBe('aborted');
		fail(new Error('too late'));
	});

	test('listens to the work also when the signal has fired before', async () => {
		const unheard = jest.fn();
		process.on('unhandledRejection', unheard);
		let fail: (error: Error) => void = () => {};
		const work = new Promise<never>((_resolve, reject) => (fail = reject));
		expect((await caught(orAborted(work, { signal: AbortSignal.abort() }))).code).toBe('aborted');
		fail(new Error('too late'));
		await new Promise(setImmediate);
		process.off('unhandledRejection', unheard);
		expect(unheard).not.toHaveBeenCalled();
	});
});

test('throwIfAborted throws only then', async () => {
	expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
	expect(() => throwIfAborted()).not.toThrow();
	expect((await caught(() => throwIfAborted(AbortSignal.abort()))).code).toBe('aborted');
});
