import { BigInteger, numberOf } from '../core/json';
import type { Spec } from './widgets/spec';

const isNumeric = ({ shownAs }: Spec) => shownAs === 'INT' || shownAs === 'FLOAT';

/** Limits of a number field; the editor has some also where the class has none. */
function limitsOf({ options }: Spec): { least: number; most: number } {
	return { least: toNumber(options.min) ?? 0, most: toNumber(options.max) ?? 2048 };
}

/** A number that a primitive node gives several fields: within the limits of all of them, as in the editor. */
export function withinLimits(value: unknown, specs: Spec[]): unknown {
	const limits = specs.filter(isNumeric).map(limitsOf);
	const amount = toNumber(value);
	if (limits.length === 0 || amount === undefined) return value;
	const least = Math.max(...limits.map((limit) => limit.least));
	const most = Math.min(...limits.map((limit) => limit.most));
	if (amount < least) return least;
	return amount > most ? most : value;
}

/** A number that a primitive node gives a field, in the steps of the field, as in the editor. */
export function rounded(value: unknown, spec: Spec | undefined): unknown {
	const isText = typeof value === 'string' && value.trim() !== '';
	if (!spec || !isNumeric(spec) || (typeof value !== 'number' && !isText)) return value;
	const amount = numberOf(value);
	if (!Number.isFinite(amount)) return value;
	return spec.shownAs === 'INT' ? roundInteger(amount, spec) : roundFloat(amount, spec);
}

function roundInteger(amount: number, { options }: Spec): number {
	const step = toNumber(options.step) || 1;
	if (step === 1) return Math.round(amount);
	const offset = (toNumber(options.min) ?? 0) % step;
	return Math.round((amount - offset) / step) * step + offset;
}

/** Fields say by a step of 0.1 that they have one decimal, unless they say how they round. */
function roundFloat(amount: number, spec: Spec): number {
	const step = toNumber(spec.options.step) ?? 0.5;
	const decimals = step > 0 ? Math.max(0, -Math.floor(Math.log10(step))) : 0;
	const round = toNumber(spec.options.round) || (decimals > 0 ? 10 ** -decimals : 0);
	if (!(round > 0)) return amount;
	const { least, most } = limitsOf(spec);
	const near = Number((Math.round(amount / round) * round).toFixed(Math.min(decimals, 100)));
	return Math.min(Math.max(near, least), most);
}

function toNumber(value: unknown): number | undefined {
	if (value instanceof BigInteger) return Number(value.digits);
	return typeof value === 'number' ? value : undefined;
}
