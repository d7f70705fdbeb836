/** Milliseconds after which an answer asks to be tried again (`Retry-After`: seconds or a date); undefined without. */
export function retryAfterMs(headers: Record<string, string>): number | undefined {
	const text = headers['retry-after']?.trim();
	if (!text) return undefined;
	const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
	return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
