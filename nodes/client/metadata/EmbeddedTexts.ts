import { InvalidWorkflowError } from '../core/errors';
import { parseJsonExactly, stringifyExactly } from '../core/json';
import { isRecord } from '../core/guards';

const MEGABYTE = 1024 * 1024;

/** The longest text, block of metadata or JSON file that is read; real ones stay below 10 MB. */
export const MAX_BYTES = 64 * MEGABYTE;

/** What else a file says is of little interest: short texts are kept, up to a sum. */
const MAX_BYTES_OF_OTHERS = { each: MEGABYTE, together: 16 * MEGABYTE };
/** What a text costs besides its characters. */
const COST_OF_A_TEXT = 64;

const WORKFLOWS = new Set(['prompt', 'workflow']);
/** Where writers that know no keys of their own put everything, as JSON `{prompt, workflow}`. */
const COMMENTS = new Set(['comment', 'description']);

/** The texts that were found in a file, while it is being read. */
export class EmbeddedTexts {
	/** Lower-case name to text. */
	readonly texts = new Map<string, string>();
	/** Names whose text is there but cannot be unpacked. */
	readonly damaged = new Set<string>();
	/** The whole text of a JSON file. */
	document?: string;
	private roomForOthers = MAX_BYTES_OF_OTHERS.together;

	/** Whether all is found, so that reading can stop. */
	get complete(): boolean {
		return this.texts.has('prompt') && this.texts.has('workflow');
	}

	/** Whether anything of a workflow is found. */
	get any(): boolean {
		return this.texts.has('prompt') || this.texts.has('workflow');
	}

	/**
	 * How many bytes of a text are worth reading; 0 for none: it is there already, or of no interest.
	 * @param length bytes as they are stored
	 * @throws InvalidWorkflowError when this is a workflow and longer than anything real
	 */
	room(name: string, length: number): number {
		const key = keyOf(name);
		if (this.texts.has(key) || this.damaged.has(key)) return 0;
		if (WORKFLOWS.has(key)) withinBounds(length);
		const max =
			WORKFLOWS.has(key) || COMMENTS.has(key)
				? MAX_BYTES
				: Math.min(MAX_BYTES_OF_OTHERS.each, this.roomForOthers);
		return length <= max ? Math.max(max, 0) : 0;
	}

	/** Keeps a text, unless there is one of that name. Texts of no length do not count. */
	add(name: string, text: string): void {
		const key = keyOf(name);
		const bare = withoutZeros(text);
		if (!bare || this.texts.has(key)) return;
		if (COMMENTS.has(key)) this.addMembers(bare);
		else if (!WORKFLOWS.has(key)) {
			const cost = key.length + bare.length + COST_OF_A_TEXT;
			if (cost > this.roomForOthers) return;
			this.roomForOthers -= cost;
		}
		this.texts.set(key, bare);
	}

	/** Remembers that a text is there and cannot be unpacked; another one of that name is not tried. */
	addDamaged(name: string): void {
		this.damaged.add(keyOf(name));
		this.roomForOthers -= MAX_BYTES_OF_OTHERS.each; // so that no file makes its reader unpack for ever
	}

	/** Keeps the members of an object, each a text or JSON. */
	addAll(members: unknown): void {
		if (!isRecord(members)) return;
		for (const [name, value] of Object.entries(members)) {
			if (value === null || value === undefined) continue;
			this.add(name, typeof value === 'string' ? value : stringifyExactly(value));
		}
	}

	/** A comment that holds prompt and workflow as JSON; other comments are only comments. */
	private addMembers(comment: string): void {
		if (!/^\s*\{/.test(comment)) return;
		const members = parsed(comment);
		if (!isRecord(members)) return;
		const { prompt, workflow } = members;
		this.addAll({ prompt, workflow });
	}
}

/**
 * The length of what has to be read as a whole.
 * @throws InvalidWorkflowError when it is longer than anything real
 */
export function withinBounds(length: number): number {
	if (length <= MAX_BYTES) return length;
	throw new InvalidWorkflowError(
		`The workflow in this file is longer than ${MAX_BYTES / MEGABYTE} MB, which no workflow is.`,
		'The file is damaged, or not made by ComfyUI. Use the original file, or paste the workflow as JSON.',
	);
}

/** JSON as ComfyUI writes it; undefined for what is none. */
export function parsed(text: string): unknown {
	try {
		return parseJsonExactly(text);
	} catch {
		return undefined;
	}
}

function keyOf(name: string): string {
	return name.trim().toLowerCase();
}

/** Texts are padded with zero bytes in some formats. */
function withoutZeros(text: string): string {
	let end = text.length;
	while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
	return text.slice(0, end);
}
