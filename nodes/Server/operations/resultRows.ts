import type { IDataObject } from 'n8n-workflow';

/** What the operations share to make items. */

/** A time as text; null when the server does not say it. @param ms epoch ms */
export const isoTime = (ms: number | undefined): string | null =>
	ms === undefined || Number.isNaN(new Date(ms).getTime()) ? null : new Date(ms).toISOString();

/** Unknown values become null, so that all items have the same members; 64-bit integers become text. */
export function toJson(facts: object): IDataObject {
	return JSON.parse(JSON.stringify(facts, (_, value: unknown) => value ?? null)) as IDataObject;
}

/** Whose jobs an operation may touch. */
export type Scope = 'everybody' | 'mine';
