import { basename, isFileType } from '../files/paths';
import { json, text } from '../http/Reply';
import type { Router } from '../http/Router';
import type { HistoryEntry } from '../types';
import type { RouteContext } from './RouteContext';

const single = { single: true };

/** `/internal/...`: files of a folder, and the log. */
export function internalRoutes(router: Router, context: RouteContext): void {
	const { has, files, settings } = context.machine;

	if (has('filesByType'))
		router.get(
			'/internal/files/{type}',
			(request) => {
				const type = request.param('type');
				if (!isFileType(type)) return json({ error: 'Invalid directory type' }, 400);
				// no subfolders, and no hidden files
				const names = files.list(type).filter((path) => !path.includes('/') && !path.startsWith('.'));
				const shown = names.map((name) => (has('typeInFileNames') ? `${name} [${type}]` : name));
				return json(shown.reverse());
			},
			single,
		);
	else if (has('outputListed')) {
		router.get(
			'/internal/files',
			(request) => {
				const type = request.query.get('directory');
				if (type !== 'output') return json({ error: 'Invalid directory key' }, 400);
				const describe = (path: string) => {
					const size = files.read(type, path)?.length ?? 0;
					return { name: basename(path), path, type: 'file', size };
				};
				const isListed = has('ownOutputListed') || settings.outputDirectory === undefined;
				return json({ files: isListed ? files.list(type).map(describe) : [] });
			},
			single,
		);
		// the sub-application has no catch-all route, so its 404 has a text
		router.get('/internal/files/{type}', () => text(404, '404: Not Found'), single);
	}

	let asked = 0;
	const messages = (): Message[] => {
		const { history, running } = context.process.queue;
		const bar = (): Message => ({ level: 'INFO', text: `${(asked += 1)}%|          | 0/20`, bar: 'open' });
		const ofRunning = running.flatMap((): Message[] => [{ level: 'INFO', text: 'got prompt' }, bar()]);
		return [...logOf([...history.values()]), ...ofRunning];
	};
	if (has('rawLogs'))
		router.get(
			'/internal/logs/raw',
			() => {
				const entries = messages().flatMap((message) => pieces(message, has('logLevels')));
				return json({ entries, size: { cols: 80, rows: 24 } });
			},
			single,
		);
	if (!has('logs')) return;
	router.get(
		'/internal/logs',
		() => {
			if (has('rawLogs')) {
				const written = messages().flatMap((message) => pieces(message, has('logLevels')));
				return json(written.map(({ t, m }) => `${t} - ${m}`).join(''));
			}
			const line = ({ level, text: message }: Message) =>
				`2024-09-01 10:00:00,123 - root - ${level} - ${message}`;
			return json(messages().map(line).join('\n'));
		},
		single,
	);
}

interface Message {
	level: 'INFO' | 'WARNING' | 'ERROR';
	text: string;
	/** A progress bar is written piece by piece, without a level. An open one has no end yet. */
	bar?: 'ended' | 'open';
}

/** What a server writes when it starts, and for each of its jobs. */
function logOf(history: HistoryEntry[]): Message[] {
	return [
		{ level: 'INFO', text: 'Device: cpu' },
		{ level: 'WARNING', text: 'Using CPU: this is slow' },
		...history.flatMap(({ status }): Message[] => {
			const failure = status.messages.find(([name]) => name === 'execution_error')?.[1];
			const message = String((failure as { exception_message?: unknown } | undefined)?.exception_message);
			return [
				{ level: 'INFO', text: 'got prompt' },
				{ level: 'INFO', text: '100%|##########| 20/20', bar: 'ended' },
				...(failure
					? [{ level: 'ERROR' as const, text: `!!! Exception during processing !!! ${message}` }, TRACEBACK]
					: []),
				{ level: 'INFO', text: 'Prompt executed in 0.01 seconds' },
			];
		}),
	];
}

const TRACEBACK: Message = {
	level: 'ERROR',
	text: 'Traceback (most recent call last):\n  File "execution.py", line 1, in execute\nValueError: no',
};

const COLORS = { INFO: '\u001b[32m', WARNING: '\u001b[1m\u001b[33m', ERROR: '\u001b[1m\u001b[31m' };

/** The pieces in which a message reaches the log. */
function pieces({ level, text: message, bar }: Message, hasLevels: boolean): Array<{ t: string; m: string }> {
	const t = '2026-11-29T06:36:06.484076';
	// a piece that begins with a carriage return replaces the one before it, with its time
	if (bar === 'open')
		return [{ t: `2026-11-29T06:37:00.${message.split('%')[0].padStart(6, '0')}`, m: `\r${message}` }];
	if (bar) return [`\r${message}`, '\n'].map((m) => ({ t, m }));
	return [{ t, m: `${hasLevels ? `${COLORS[level]}[${level}]\u001b[0m ` : ''}${message}\n` }];
}
