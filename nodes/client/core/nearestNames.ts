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
/** Without the ending of a file: all models end alike, which makes none of them similar. */
const stemOf = (text: string) =>
	text.replace(
		/\.(?:safetensors|sft|ckpt|pt|pth|bin|gguf|onnx|png|jpe?g|webp|gif|mp4|webm|mov|wav|mp3|flac|json|ya?ml)$/,
		'',
	);
/** So that `sdxl` matches `sd_xl_base_1.0`. */
const squeeze = (text: string) => lastPart(text).replace(/[\s.]+/g, '');

/** Whether a name begins a word of a longer one, or is a large part of it. */
function abbreviates(short: string, long: string): boolean {
	if (short.length < 3) return false;
	return (
		` ${long.replace(/[/.]/g, ' ')}`.includes(` ${short}`) || (short.length >= 5 && long.includes(short))
	);
}

/** Whether a name has another one in it that makes up at least half of it. */
const contains = (long: string, short: string) =>
	short.length >= 4 && short.length * 2 >= long.length && long.includes(short);

/**
 * The candidates that are so similar to a mistyped name that a person would agree, best first.
 * @param max number of candidates
 */
export function nearestNames(name: string, candidates: readonly string[], max = 3): string[] {
	const wanted = fold(name.slice(0, 200));
	if (!wanted) return [];
	const stem = stemOf(wanted);
	const limit = stem.length < 3 ? 0 : Math.max(1, Math.floor(stem.length / 4));
	const scored = candidates.slice(0, 20_000).map((candidate) => {
		const folded = fold(candidate.slice(0, 200));
		if (folded === wanted) return { candidate, score: 0 };
		const part = lastPart(folded);
		if (part === lastPart(wanted)) return { candidate, score: 0.5 };
		const other = stemOf(folded);
		if (abbreviates(stem, other) || contains(stem, other)) return { candidate, score: 0.8 };
		const [tight, otherTight] = [squeeze(wanted), squeeze(folded)];
		if (abbreviates(tight, otherTight) || contains(tight, otherTight)) return { candidate, score: 0.9 };
		return { candidate, score: distance(stem, other, limit) };
	});
	return scored
		.filter(({ score }) => score !== Infinity && (score < 1 || limit > 0))
		.sort((a, b) => a.score - b.score)
		.slice(0, max)
		.map(({ candidate }) => candidate);
}

/** `Did you mean "a" or "b"?`, or nothing. */
export function didYouMean(name: string, candidates: readonly string[]): string {
	const found = nearestNames(name, candidates).map((candidate) => `"${candidate}"`);
	return found.length ? `Did you mean ${found.join(' or ')}?` : '';
}
