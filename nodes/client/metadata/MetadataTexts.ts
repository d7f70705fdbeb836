import { InvalidWorkflowError } from '../core/errors';
import { parseJsonExactly, stringifyExactly } from '../core/json';
import { isRecord } from '../core/guards';

const MEGABYTE = 1024 * 1024;

/** Max bytes of a text, metadata block or JSON file that is read; real ones are below 10 MB. */
export const MAX_BYTES = 64 * MEGABYTE;

/** Limits for texts other than workflows, in bytes. */
const MAX_BYTES_OF_OTHER_TEXTS = { each: MEGABYTE, together: 16 * MEGABYTE };
/** Bytes counted for each text besides its characters, so that many empty texts reach the limit too. */
const OVERHEAD_PER_TEXT = 64;

const WORKFLOWS = new Set(['prompt', 'workflow']);
/** Some writers have no custom keys and put JSON `{prompt, workflow}` into these. */
const COMMENTS = new Set(['comment', 'description']);

/** Collects the texts found in a file while it is read. */
export class MetadataTexts {
	/** Lower-case name to text. */
	readonly texts = new Map<string, string>();
	/** Names of texts that exist but cannot be decompressed. */
	readonly damaged = new Set<string>();
	/** The whole text of a JSON file. */
	document?: string;
	private bytesLeftForOthers = MAX_BYTES_OF_OTHER_TEXTS.together;

	/** Whether both workflows are found, so that reading can stop. */
	get complete(): boolean {
		return this.texts.has('prompt') && this.texts.has('workflow');
	}

	/** Whether a workflow in any format is found. */
	get any(): boolean {
		return this.texts.has('prompt') || this.texts.has('workflow');
	}

	/**
	 * Max length of a text after decompression, in bytes; 0 when the text is not needed or found already.
	 * @param length bytes as stored in the file
	 * @throws InvalidWorkflowError when a workflow is longer than {@link MAX_BYTES}
	 */
	maxLengthOf(name: string, length: number): number {
		const key = keyOf(name);
		if (this.texts.has(key) || this.damaged.has(key)) return 0;
		if (WORKFLOWS.has(key)) requireMaxLength(length);
		const max =
			WORKFLOWS.has(key) || COMMENTS.has(key)
				? MAX_BYTES
				: Math.min(MAX_BYTES_OF_OTHER_TEXTS.each, this.bytesLeftForOthers);
		return length <= max ? Math.max(max, 0) : 0;
	}

	/** Adds a text. Ignores empty texts, and a second text of the same name. */
	add(name: string, text: string): void {
		const key = keyOf(name);
		const bare = withoutZeros(text);
		if (!bare || this.texts.has(key)) return;
		if (COMMENTS.has(key)) this.addMembers(bare);
		else if (!WORKFLOWS.has(key)) {
			const cost = key.length + bare.length + OVERHEAD_PER_TEXT;
			if (cost > this.bytesLeftForOthers) return;
			this.bytesLeftForOthers -= cost;
		}
		this.texts.set(key, bare);
	}

	/** Records that a text cannot be decompressed; later texts of the same name are ignored. */
	addDamaged(name: string): void {
		this.damaged.add(keyOf(name));
		this.bytesLeftForOthers -= MAX_BYTES_OF_OTHER_TEXTS.each; // limits the time spent on decompression
	}

	/** Adds each member of an object, as text or JSON. */
	addAll(members: unknown): void {
		if (!isRecord(members)) return;
		for (const [name, value] of Object.entries(members)) {
			if (value === null || value === undefined) continue;
			this.add(name, typeof value === 'string' ? value : stringifyExactly(value));
		}
	}

	/** Adds `prompt` and `workflow` from a comment that is JSON. */
	private addMembers(comment: string): void {
		if (!/^\s*\{/.test(comment)) return;
		const members = tryParseJson(comment);
		if (!isRecord(members)) return;
		const { prompt, workflow } = members;
		this.addAll({ prompt, workflow });
	}
}

/**
 * Checks the length of a block that has to be read as a whole.
 * @param length bytes
 * @returns the same length
 * @throws InvalidWorkflowError when it is longer than {@link MAX_BYTES}
 */
export function requireMaxLength(length: number): number {
	if (length <= MAX_BYTES) return length;
	throw new InvalidWorkflowError(
		`The workflow in this file is longer than ${MAX_BYTES / MEGABYTE} MB.`,
		'The file is damaged, or was not made by ComfyUI. Use the original file, or paste the workflow as JSON.',
	);
}

/** Parses JSON; undefined when the text is not valid JSON. */
export function tryParseJson(text: string): unknown {
	try {
		return parseJsonExactly(text);
	} catch {
		return undefined;
	}
}

function keyOf(name: string): string {
	return name.trim().toLowerCase();
}

/** Some formats pad texts with zero bytes. */
function withoutZeros(text: string): string {
	let end = text.length;
	while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
	return text.slice(0, end);
}
