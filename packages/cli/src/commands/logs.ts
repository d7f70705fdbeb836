import type { LogLine } from 'comfyui-workflows-client';
import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../Context';
import { parseCount } from '../settings/duration';
import { printable } from '../terminal/text';

/** Pause between two requests for the log, ms. */
const POLL_MS = 1_000;

/** `comfyui logs`: the latest lines of the server's log; with `-f` also those that follow, until it is stopped. */
export async function logs(context: Context, options: { lines?: string; follow?: boolean }): Promise<void> {
	const { out, signal } = context;
	const max = parseCount(options.lines ?? '300', '-n', { min: 1, max: 20_000 });
	const { admin } = await context.connect();
	const print = ({ time, level, text }: LogLine) => {
		if (out.json) out.document({ type: 'log', time, level, text });
		else out.line(printable([time?.slice(11, 19), level, text].filter(Boolean).join(' ')));
	};
	let known = await admin.logs({ signal });
	known.slice(-max).forEach(print);
	if (!options.follow) return out.json ? out.result({}) : undefined;
	for (;;) {
		await delay(POLL_MS, undefined, { signal });
		const latest = await admin.logs({ signal });
		newLines(known, latest).forEach(print);
		known = latest;
	}
}

/**
 * The server keeps a window of lines: what follows the end of the old one in the new one. The first line of the new one
 * may have lost its beginning. The last of the old one is new again when it changed: the server replaces the state of a
 * progress bar, with its time, by the next one.
 */
export function newLines(known: readonly LogLine[], latest: readonly LogLine[]): LogLine[] {
	for (let start = Math.max(0, known.length - latest.length); start < known.length; start += 1) {
		const count = known.length - start;
		const isKnown = (index: number) =>
			isSame(known[start + index], latest[index]) ||
			(count > 1 && index === count - 1) ||
			(count > 2 && index === 0 && known[start].text.endsWith(latest[0].text));
		if (!Array.from({ length: count }, (_, index) => index).every(isKnown)) continue;
		return latest.slice(isSame(known[known.length - 1], latest[count - 1]) ? count : count - 1);
	}
	return [...latest];
}

const isSame = (before: LogLine, now: LogLine) => before.time === now.time && before.text === now.text;
