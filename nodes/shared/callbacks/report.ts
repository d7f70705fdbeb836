/** The member that tells the run: RunPod, ComfyUI Deploy, ComfyUI Serverless. */
const MEMBERS = ['id', 'run_id', 'execution_id'];

/** The run that a host reports on; undefined when its report names none. @param body parsed, or its text */
export function readRunId(body: unknown): string | undefined {
	const report = typeof body === 'string' || body instanceof Uint8Array ? parse(body) : body;
	if (typeof report !== 'object' || report === null) return undefined;
	for (const name of MEMBERS) {
		const value = Object.hasOwn(report, name) ? (report as Record<string, unknown>)[name] : undefined;
		if (typeof value === 'string' && value) return value;
	}
	return undefined;
}

/** n8n parses a body only when the host says what it is. */
function parse(body: string | Uint8Array): unknown {
	try {
		return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
	} catch {
		return undefined;
	}
}
