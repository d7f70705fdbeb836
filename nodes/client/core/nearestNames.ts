/** Nearest names, for "did you mean". */

/** Edit distance with insertions, deletions, replacements; gives up (Infinity) beyond `limit`. */
function distance(a: string, b: string, limit: number): number {
	if (Math.abs(a.length - b.length) > limit) return Infinity;
	let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const current = [i];
		for (let j = 1; j <= b.length; j++) {
			const replace = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
			current.push(Math.min(replace, previous[j] + 1, current[j - 1] + 1));
		}
		if (Math.min(...current) > limit) return Infinity;
		previous = current;
	}
	return previous[b.length];
}

/** Ignores case, path style and separators. */
const fold = (text: string) =>
	text
		.toLowerCase()
		.replace(/\\/g, '/')
		.replace(/[\s_-]+/g, ' ')
		.trim();
const lastPart = (text: string) =>
	text
		.split('/')
		.pop()
		?.replace(/\.[a-z\d]{1,12}$/, '') ?? text;
/** So that `sdxl` matches `sd_xl_base_1.0`. */
const squeeze = (text: string) => lastPart(text).replace(/[\s.]+/g, '');
const within = (part: string, whole: string) => part.length >= 3 && whole.includes(part);

/**
 * The candidates that are similar to a mistyped name, best first.
 * @param max number of candidates
 */
export function nearestNames(name: string, candidates: readonly string[], max = 3): string[] {
	const wanted = fold(name.slice(0, 200));
	if (!wanted) return [];
	const limit = Math.max(1, Math.floor(wanted.length / 3));
	const scored = candidates.slice(0, 20_000).map((candidate) => {
		const folded = fold(candidate.slice(0, 200));
		if (folded === wanted) return { candidate, score: 0 };
		const part = lastPart(folded);
		if (part === lastPart(wanted)) return { candidate, score: 0.5 };
		if (within(wanted, folded) || within(folded, wanted)) return { candidate, score: 0.8 };
		const [short, long] = [squeeze(wanted), squeeze(folded)];
		if (within(short, long) || within(long, short)) return { candidate, score: 0.9 };
		return { candidate, score: distance(wanted, folded, limit) };
	});
	return scored
		.filter(({ score }) => score !== Infinity)
		.sort((a, b) => a.score - b.score)
		.slice(0, max)
		.map(({ candidate }) => candidate);
}

/** `Did you mean "a" or "b"?`, or nothing. */
export function didYouMean(name: string, candidates: readonly string[]): string {
	const found = nearestNames(name, candidates).map((candidate) => `"${candidate}"`);
	return found.length ? `Did you mean ${found.join(' or ')}?` : '';
}
