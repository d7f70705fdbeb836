import { parseJson } from '../../core/json';
import type { TextResponse } from '../../transport/Api';
import { retryAfterMs } from '../../transport/retryAfter';
import { isRecord } from '../../core/guards';

/** Why the service refused a request. */
export interface Refusal {
	/** What the status should have been: failures of several kinds arrive as 500 and tell the right one inside. */
	status: number;
	/** The machine-readable kind, such as `rate_limit_exceeded`; empty when there is none. */
	code: string;
	message: string;
	/** What does not fit where in the body of the request (422). */
	details: RefusedPart[];
	/** Milliseconds to wait. */
	retryAfterMs?: number;
}

/** A part of a request that does not have the form that the service wants. */
export interface RefusedPart {
	/** Such as `["body", "workflow", "nodes", "3", "inputs", 0, "value"]`. */
	path: Array<string | number>;
	message: string;
}

/**
 * Reads a refusal in any of its shapes: `{error, message, status_code}`, `{error, retry_after}`,
 * `{detail: "text"}`, `{detail: [{loc, msg}]}`. Plain text is the message itself, a web page says nothing.
 */
export function readRefusal({ status, headers, text }: TextResponse): Refusal {
	const waitMs = retryAfterMs(headers);
	const body = safeParse(text);
	if (!isRecord(body)) {
		const message = /^\s*</.test(text) ? '' : text;
		return { status, code: '', message, details: [], retryAfterMs: waitMs };
	}
	const details = readDetails(body.detail);
	const code = typeof body.error === 'string' ? body.error : '';
	const said = [body.message, body.detail, code].find((value) => typeof value === 'string' && value !== '');
	return {
		status: rightStatus(status, body.status_code),
		code,
		message: details.length > 0 ? details.map(toText).join('; ') : String(said ?? ''),
		details,
		retryAfterMs: waitMs ?? seconds(body.retry_after),
	};
}

/** JSON of an answer; undefined when it is none. */
export function safeParse(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}

function rightStatus(status: number, told: unknown): number {
	return status === 500 && typeof told === 'number' && told >= 400 && told < 600 ? told : status;
}

function readDetails(detail: unknown): RefusedPart[] {
	return (Array.isArray(detail) ? detail : []).filter(isRecord).map(({ loc, msg }) => ({
		path: (Array.isArray(loc) ? loc : []).filter(
			(part): part is string | number => typeof part === 'string' || typeof part === 'number',
		),
		message: typeof msg === 'string' ? msg : 'not accepted',
	}));
}

const toText = ({ path, message }: RefusedPart) =>
	`${path.filter((part) => part !== 'body').join('.')}: ${message}`;

const seconds = (value: unknown) =>
	typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value * 1000 : undefined;
