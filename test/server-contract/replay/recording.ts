import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', 'fixtures', 'recordings');

/** In the order in which they were recorded: caches, counters and names depend on what came before. */
export const SCENARIOS = [
	'normal',
	'cached',
	'preview_metadata',
	'two_sockets',
	'no_client_id',
	'execution_error',
	'interrupt',
	'delete_pending',
	'validation_errors',
	'text_and_custom_outputs',
	'nan_output',
	'node_expansion',
	'execution_blocked',
	'websocket_output',
	'video_and_audio',
	'upload',
	'reconnect',
	'history_api',
];

export interface HttpRow {
	via: 'http';
	method: string;
	path: string;
	/** JSON body, raw text, or (for uploads) words that say what was sent; null for GET. */
	request: unknown;
	status: number;
	headers: Record<string, string>;
	body?: string;
	body_base64?: string;
}

/** One of: socket opened, frame sent, frame received, socket closed. */
export interface SocketRow {
	via: 'ws';
	socket: string;
	open?: string;
	sent?: unknown;
	text?: string;
	binary_base64?: string;
	closed?: null;
}

export interface Recording {
	about: string;
	rows: (HttpRow | SocketRow)[];
}

export function loadRecording(name: string): Recording {
	const lines = readFileSync(join(FOLDER, `${name}.jsonl`), 'utf8')
		.trim()
		.split('\n');
	const [first, ...rows] = lines.map((line) => JSON.parse(line) as unknown);
	return { about: (first as { about: string }).about, rows: rows as Recording['rows'] };
}
