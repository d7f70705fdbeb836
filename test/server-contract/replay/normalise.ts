/**
 * What two servers that behave alike may differ in. Everything else must be equal.
 *
 * 1. Prompt ids: those of the replay are replaced by those of the recording (see Replay).
 * 2. Timestamps, and the invented id of a socket without clientId.
 * 3. Names of temp files: five random letters, and a counter that starts again with new letters.
 * 4. Tracebacks: only whether there is one. `current_inputs`: tensors only as "a tensor".
 * 5. Lists that the real server makes from Python sets, whose order changes from start to start: with the outputs of a
 *    prompt, the order in which cached ones are reported. And the order of `execution_cached.nodes`, which JavaScript
 *    objects with numeric keys do not keep.
 * 6. `status` is compared as a separate stream, without repetitions of the same number: whether it
 *    comes before or after the message next to it, and how often, depends on thread timing.
 * 7. Running nodes: neither `value` and `max` of `progress_state`, nor the value of `progress`, nor
 *    how often a step's messages repeat; their order within one step does count. The bytes of previews do not.
 * 8. Pictures: their pixels and their text chunks count, not how they were compressed.
 */
import { parsePython } from '../../server/wire/pythonJson';

const TIMES = new Set(['timestamp', 'create_time', 'execution_start_time', 'execution_end_time']);
const UNORDERED = new Set(['executed', 'current_outputs', 'dependent_outputs', 'nodes']);

function shortenNames(text: string): string {
	return text.replace(/ComfyUI_temp_[a-z]{5}_\d{5}_/g, 'ComfyUI_temp_*');
}

function sorted(values: unknown[]): unknown[] {
	return [...values].sort((a, b) => (stringify(a) < stringify(b) ? -1 : 1));
}

/** The last element of a queue item lists the outputs to execute. */
function isQueueItem(value: unknown[]): boolean {
	return value.length === 5 && typeof value[1] === 'string' && Array.isArray(value[4]);
}

function normaliseMember(key: string, value: unknown): unknown {
	if (TIMES.has(key)) return '<time>';
	if (key === 'sid' && /^[0-9a-f]{32}$/.test(String(value))) return '<sid>';
	if (key === 'traceback') return (value as unknown[]).length > 0 ? '<traceback>' : [];
	if (key === 'details') return String(value).split('\n').sort().join('\n');
	if (key === 'errors') return sorted(value as unknown[]).map(normaliseValue);
	if (UNORDERED.has(key) && Array.isArray(value)) return sorted(value);
	return normaliseValue(value);
}

function normaliseValue(value: unknown): unknown {
	if (typeof value === 'string') return value.startsWith('tensor(') ? '<tensor>' : shortenNames(value);
	if (Array.isArray(value)) {
		const items = isQueueItem(value) ? [...value.slice(0, 4), sorted(value[4] as unknown[])] : value;
		return items.map(normaliseValue);
	}
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, member]) => [key, normaliseMember(key, member)]),
	);
}

/** The text of an HTTP reply: JSON by value, everything else as it is. */
export function normaliseBody(text: string): unknown {
	return /^[[{]/.test(text) ? normaliseValue(parsePython(text)) : shortenNames(text);
}

interface ProgressState {
	nodes: Record<string, { state: string; display_node_id: string; parent_node_id: string | null }>;
}

function describeState({ nodes }: ProgressState): string {
	const described = Object.entries(nodes).map(
		([id, node]) => `${id} ${node.state} shown as ${node.display_node_id} in ${node.parent_node_id}`,
	);
	return `progress_state ${described.sort().join(', ')}`;
}

function describeBinary(frame: Buffer): string {
	const type = frame.readUInt32BE(0);
	if (type === 1) return `preview in format ${frame.readUInt32BE(4)}`;
	if (type !== 4) return `binary ${frame.toString('base64')}`;
	const length = frame.readUInt32BE(4);
	return `preview with ${frame.toString('utf8', 8, 8 + length)}`;
}

/** A frame as one line, or the number in it when it is a `status`. */
function describeFrame(frame: string | Buffer): string | { status: unknown } {
	if (typeof frame !== 'string') return describeBinary(frame);
	const { type, data } = parsePython(frame) as { type: string; data: Record<string, unknown> };
	if (type === 'status') return { status: normaliseValue(data) };
	if (type === 'progress_state') return describeState(data as unknown as ProgressState);
	if (type === 'progress') return `progress of ${String(data['node'])} to ${String(data['max'])}`;
	return stringify([type, normaliseValue(data)]);
}

/** Sorted keys, so that equal values make equal lines; NaN and Infinity stay visible. */
function stringify(value: unknown): string {
	return JSON.stringify(value, (_key, member: unknown) => {
		if (typeof member === 'number' && !Number.isFinite(member)) return String(member);
		if (typeof member === 'bigint') return String(member);
		if (member === null || typeof member !== 'object' || Array.isArray(member)) return member;
		return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
	});
}

/** One step of a sampler is up to three messages. */
const LONGEST_STEP = 3;

/** Leaves out what repeats the messages right before it. */
function withoutRepetition(lines: string[]): string[] {
	const kept: string[] = [];
	for (const line of lines) {
		kept.push(line);
		for (let length = 1; length <= LONGEST_STEP; length++) {
			const last = kept.slice(-length);
			const before = kept.slice(-2 * length, -length);
			if (before.length === length && last.join('\n') === before.join('\n')) kept.splice(-length);
		}
	}
	return kept;
}

/** Sorts what outputs report one right after the other, and keeps the last of the states between them. */
function withSortedOutputs(lines: string[]): string[] {
	const sorted: string[] = [];
	for (let at = 0; at < lines.length; ) {
		const outputs: string[] = [];
		while (lines[at]?.startsWith('["executed"') && lines[at + 1]?.startsWith('progress_state ')) {
			outputs.push(lines[at]);
			at += 2;
		}
		if (outputs.length > 0) sorted.push(...outputs.sort(), lines[at - 1]);
		else sorted.push(lines[at++]);
	}
	return sorted;
}

export interface Stream {
	messages: string[];
	statuses: string[];
}

export function normaliseStream(frames: (string | Buffer)[]): Stream {
	const described = frames.map(describeFrame);
	const messages = described.filter((one) => typeof one === 'string');
	const statuses = described.filter((one) => typeof one !== 'string').map((one) => stringify(one));
	return { messages: withSortedOutputs(withoutRepetition(messages)), statuses: withoutRepetition(statuses) };
}
