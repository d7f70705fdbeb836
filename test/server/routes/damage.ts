/** Bodies of POST /prompt that hurt a real server for everybody. */

function describe(body: Record<string, unknown>): string[] {
	const found: string[] = [];
	const { prompt, client_id, extra_data } = body as {
		prompt?: Record<string, { inputs?: unknown } | null>;
		client_id?: unknown;
		extra_data?: { extra_pnginfo?: { workflow?: unknown } | null } | null;
	};
	for (const [id, node] of Object.entries(prompt ?? {}))
		if (node === null || typeof node !== 'object' || node.inputs === null || typeof node.inputs !== 'object')
			found.push(`node ${id} has no inputs: the worker thread dies`);
	if (client_id !== undefined && client_id !== null && typeof client_id !== 'string')
		found.push(`client_id is a ${typeof client_id}: unhashable ones end the process`);
	if (extra_data === null) found.push('extra_data is null: the worker thread dies');
	if (extra_data?.extra_pnginfo === null || extra_data?.extra_pnginfo?.workflow === null)
		found.push('extra_pnginfo or its workflow is null: GET /api/jobs answers 500');
	return found;
}

export function noticeDamage(body: Record<string, unknown>, damage: string[]): void {
	for (const what of describe(body))
		damage.push(`${what} (${JSON.stringify(body, bigIntText).slice(0, 400)})`);
}

function bigIntText(_key: string, value: unknown): unknown {
	return typeof value === 'bigint' ? String(value) : value;
}
