import { parseJson } from '../../core/json';
import type { TextResponse } from '../../transport/Api';
import { isRecord } from '../../core/guards';

/** Something that the host finds wrong with one input. */
export interface Finding {
	/** Empty when it concerns the whole request. */
	input: string;
	text: string;
	type: string;
}

/** Why the host refused a request. */
export interface Refusal {
	/** Empty for web pages, whose text says nothing. */
	text: string;
	findings: Finding[];
}

/**
 * Reads a refusal in every form there is: a text, `{error}`, `{code, message}`, the hosted API's `{detail}`
 * and `{detail: [{loc, msg, type}]}`, and the web app's `{error: {issues: [{path, message, code}]}}`.
 */
export function readRefusal({ text }: Pick<TextResponse, 'text'>): Refusal {
	if (text.trimStart().startsWith('<')) return { text: '', findings: [] };
	const body = safeParse(text);
	if (!isRecord(body)) return { text, findings: [] };
	const { detail, error, message } = body;
	const facts = isRecord(error) ? error : {};
	const list = [detail, facts.issues].find(Array.isArray) ?? [];
	const [words] = [detail, error, message, facts.message].filter((part) => typeof part === 'string' && part);
	return { text: words === undefined ? text : String(words), findings: list.filter(isRecord).map(toFinding) };
}

/** Whether an answer says that there is no such route, as opposed to no such run, deployment or workflow. */
export function lacksRoute(response: TextResponse): boolean {
	if (response.status === 405) return true;
	if (response.status !== 404) return false;
	const body = safeParse(response.text);
	return !isRecord(body) || /^(|(404:? ?)?not found\.?)$/i.test(said(body).trim());
}

function said(body: Record<string, unknown>): string {
	const [words] = [body.detail, body.error, body.message].filter((part) => typeof part === 'string');
	return words === undefined ? '' : String(words);
}

function toFinding({ loc, path, msg, message, type, code }: Record<string, unknown>): Finding {
	return {
		input: place(loc ?? path),
		text: String(msg ?? message ?? 'not accepted'),
		type: String(type ?? code ?? 'unknown'),
	};
}

/** `["body", "inputs", "seed"]` is the input `seed`. */
function place(value: unknown): string {
	const parts = (Array.isArray(value) ? value : []).map(String);
	while (parts[0] === 'body' || (parts[0] === 'inputs' && parts.length > 1)) parts.shift();
	return parts.join('.');
}

/** JSON of an answer; undefined when it is none. */
function safeParse(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}
