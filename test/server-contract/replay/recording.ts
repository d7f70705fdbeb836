import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePython } from '../../server/wire/pythonJson';

/** A folder for each version. */
export const RECORDINGS = join(__dirname, '..', '..', 'fixtures', 'recordings');

const EVERYWHERE = [
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

/** In the order in which they were recorded: caches, counters and names depend on what came before. */
export const SCENARIOS = {
	'0.3.64': EVERYWHERE,
	'0.33.0': [
		...EVERYWHERE,
		'jobs_api',
		'jobs_cancel',
		'prompt_ids',
		'partial_targets',
		'preview_method',
		'newer_errors',
		'features',
	],
};

export type RecordedVersion = keyof typeof SCENARIOS;

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

export function loadRecording(version: RecordedVersion, name: string): Recording {
	const lines = readFileSync(join(RECORDINGS, version, `${name}.jsonl`), 'utf8')
		.trim()
		.split('\n');
	const [first, ...rows] = lines.map((line) => JSON.parse(line) as unknown);
	return { about: (first as { about: string }).about, rows: rows as Recording['rows'] };
}

/** The node types that were recorded with the scenarios; none where the fixture catalogue is of that version. */
export function recordedDefinitions(version: RecordedVersion): Record<string, unknown> {
	const file = join(RECORDINGS, version, 'object_info.json');
	return existsSync(file) ? (parsePython(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
}
