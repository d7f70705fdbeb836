/** The oldest release whose routes this client needs; docs/compatibility.md has what was tried. */
export const OLDEST_SUPPORTED = '0.2.3';

/** Whether a version, such as `0.3.64` or `v0.2.3-5-g12345`, is older than another. Words count as 0. */
export function isBefore(version: string, wanted: string): boolean {
	const [have, want] = [version, wanted].map((text) =>
		text
			.replace(/^v/, '')
			.split('.')
			.map((part) => parseInt(part, 10) || 0),
	);
	const index = want.findIndex((part, place) => (have[place] ?? 0) !== part);
	return index >= 0 && (have[index] ?? 0) < want[index];
}
