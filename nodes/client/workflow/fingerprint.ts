import { BigInteger, stringifyExactly } from '../core/json';
import { type ApiWorkflow } from '../core/ApiWorkflow';
import { isRecord } from '../core/guards';

/**
 * A short name for what a workflow computes: equal for equal nodes and inputs, whatever their order and
 * titles. Tells which results came from the same settings.
 * @returns 16 hexadecimal digits of a SHA-256
 */
export async function fingerprint(workflow: ApiWorkflow): Promise<string> {
	const content = Object.fromEntries(
		Object.entries(workflow).map(([id, { class_type, inputs }]) => [id, { class_type, inputs }]),
	);
	const bytes = new TextEncoder().encode(stringifyExactly(sorted(content)));
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (!isRecord(value) || value instanceof BigInteger) return value;
	return Object.fromEntries(
		Object.keys(value)
			.sort()
			.map((key) => [key, sorted(value[key])]),
	);
}
