import { createRequire } from 'node:module';
import { inspect } from 'node:util';

type Log = (level: string, message: string, facts?: object) => void;

/** All messages to n8n's logger from now on, at any level. */
export function listenToLogs(): { text(): string; stop(): void } {
	const requireFromCore = createRequire(require.resolve('n8n-core'));
	const { Logger } = requireFromCore('@n8n/backend-common') as { Logger: { prototype: { log: Log } } };
	const lines: string[] = [];
	const keep: Log = (level, message, facts) => {
		lines.push(`${level} ${message} ${inspect(facts, { depth: null, showHidden: true })}`);
	};
	const spy = jest.spyOn(Logger.prototype, 'log').mockImplementation(keep);
	return { text: () => lines.join('\n'), stop: () => spy.mockRestore() };
}
