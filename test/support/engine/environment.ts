/**
 * Runs `action` with environment variables set. n8n reads its configuration from there when a service is first
 * asked for; afterwards the process looks as before.
 */
export async function withEnvironment<T>(
	variables: Record<string, string>,
	action: () => Promise<T>,
): Promise<T> {
	const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
	Object.assign(process.env, variables);
	try {
		return await action();
	} finally {
		for (const [name, value] of before) {
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		}
	}
}
