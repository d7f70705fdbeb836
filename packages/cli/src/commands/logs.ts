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

/** The server keeps a window of lines: what follows the end of the old one in the new one. */
export function newLines(known: readonly LogLine[], latest: readonly LogLine[]): LogLine[] {
	const keys = known.map((line) => JSON.stringify(line));
	const now = latest.map((line) => JSON.stringify(line));
	for (let overlap = Math.min(keys.length, now.length); overlap > 0; overlap -= 1) {
		const tail = keys.slice(-overlap);
		if (tail.every((key, index) => key === now[index])) return latest.slice(overlap);
	}
	return [...latest];
}
