/** Seconds stay below this until the year 5138; milliseconds have been above it since 1973. */
const FIRST_MS = 1e11;

/**
 * Converts a time of a host to ms since the epoch.
 * @param value seconds, milliseconds or an ISO date; one host may use all three
 * @returns undefined for anything else
 */
export function epochMs(value: unknown): number | undefined {
	if (typeof value === 'string') {
		const ms = Date.parse(value);
		return Number.isNaN(ms) ? undefined : ms;
	}
	if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return undefined;
	return value < FIRST_MS ? value * 1000 : value;
}
