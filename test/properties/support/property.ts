import fc, { type Arbitrary } from 'fast-check';
import { unchanged } from './prototypes';

/** The seed of all cases of this file: FAST_CHECK_SEED, or a new one for each run. */
const seed = Number(process.env.FAST_CHECK_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** FAST_CHECK_FACTOR=10 looks ten times as long. */
const factor = Number(process.env.FAST_CHECK_FACTOR ?? 1);

let cases = 0;

/**
 * A test that something holds for many generated values. None of them may change a built-in prototype either.
 * @param runs how many values
 */
export function property<T>(
	title: string,
	values: Arbitrary<T>,
	runs: number,
	holds: (value: T) => void | Promise<void>,
): void {
	test(
		title,
		async () => {
			const check = fc.asyncProperty(values, async (value) => {
				cases += 1;
				await holds(value);
				unchanged();
			});
			await fc.assert(check, { seed, numRuns: Math.ceil(runs * factor) });
		},
		120_000,
	);
}

/** The properties of one subject; how many cases there were and how to repeat them is printed at the end. */
export function properties(subject: string, define: () => void): void {
	describe(subject, define);
	afterAll(() => {
		process.stdout.write(`${subject}: ${cases} cases, FAST_CHECK_SEED=${seed}\n`);
	});
}
