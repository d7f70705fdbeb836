import { isRecord } from '../../core/guards';
import { cutText } from '../../core/text';
import type { AbortOptions } from '../../core/time';
import type { Api } from '../../transport/Api';
import { getOrNothing } from '../requests';
import type { LogLine } from '../ServerAdmin';

/** Characters of one line: custom nodes print whole tensors. */
const MAX_LINE = 4_000;
const MAX_LINES = 20_000;

/**
 * The log that the server keeps in memory. 0.3.10 and later answer with the pieces that were written, which are lines or
 * parts of lines; 0.2.3 with one text.
 */
export async function readLogs(api: Api, { signal }: AbortOptions = {}): Promise<LogLine[]> {
	const raw = await getOrNothing<unknown>(api, { path: '/internal/logs/raw', signal });
	const entries: unknown[] = isRecord(raw) && Array.isArray(raw.entries) ? raw.entries : [];
	const lines = raw === undefined ? await oldLines(api, { signal }) : joinEntries(entries);
	return lines.slice(-MAX_LINES).map((line) => ({ ...line, text: cutText(api.redact(line.text), MAX_LINE) }));
}

/** Joins pieces to lines. A line has the time of its first piece. */
function joinEntries(entries: unknown[]): LogLine[] {
	const lines: LogLine[] = [];
	let open: { time?: string; text: string } | undefined;
	for (const entry of entries) {
		if (!isRecord(entry) || typeof entry.m !== 'string') continue;
		const time = typeof entry.t === 'string' ? entry.t.slice(0, 23) : undefined;
		const [first, ...rest] = entry.m.split('\n');
		open = open ? { ...open, text: open.text + first } : { time, text: first };
		for (const text of rest) {
			lines.push(toLine(open));
			open = { time, text };
		}
		if (open.text === '') open = undefined;
	}
	if (open) lines.push(toLine(open));
	return withLevels(lines.filter(({ text }) => text !== ''));
}

/** An escape sequence for a colour, after its first character. */
const COLOR = /^\[[\d;]{0,12}m/;
const TAG = /^\[(DEBUG|DETAIL|INFO|WARNING|ERROR|CRITICAL)\] /;

function toLine({ time, text }: { time?: string; text: string }): LogLine {
	const pieces = text.slice(0, MAX_LINE * 2).split('\u001b');
	const plain = pieces.map((piece, index) => (index === 0 ? piece : piece.replace(COLOR, ''))).join('');
	const written = plain.slice(plain.lastIndexOf('\r') + 1).trimEnd(); // a progress bar overwrites its line
	const level = TAG.exec(written)?.[1];
	return { time, ...(level && { level }), text: level ? written.slice(level.length + 3) : written };
}

/** Only the first line of a message has a level: the lines of a traceback belong to the line before them. */
function withLevels(lines: LogLine[]): LogLine[] {
	let level: string | undefined;
	return lines.map((line) => {
		level = line.level ?? level;
		return level ? { ...line, level } : line;
	});
}

const OLD_LINE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),(\d{3}) - [^ ]{1,100} - ([A-Z]{4,8}) - /;

/** `2024-09-01 10:00:00,123 - root - INFO - text` */
async function oldLines(api: Api, { signal }: AbortOptions): Promise<LogLine[]> {
	const answer = await api.json<unknown>({ path: '/internal/logs', signal });
	let [time, level]: Array<string | undefined> = [];
	return (typeof answer === 'string' ? answer.split('\n') : []).filter(Boolean).map((text): LogLine => {
		const match = OLD_LINE.exec(text);
		if (match) [time, level] = [`${match[1]}T${match[2]}.${match[3]}`, match[4]];
		return { time, level, text: match ? text.slice(match[0].length) : text };
	});
}
