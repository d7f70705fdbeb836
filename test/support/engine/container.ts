import { createRequire } from 'node:module';

interface Container {
	get<T>(type: abstract new (...args: never[]) => T): T;
	reset(): void;
}

/**
 * The service container of n8n-core. npm may install several copies of `@n8n/di`, and each copy is a container
 * of its own, so it is resolved from n8n-core's own folder and not from ours.
 */
export function coreContainer(): Container {
	const requireFromCore = createRequire(require.resolve('n8n-core'));
	return (requireFromCore('@n8n/di') as { Container: Container }).Container;
}

/** Ends what keeps the process alive: before n8n 2.41, a timer that looks after SSH connections. */
export function stopTimers(): void {
	const requireFromCore = createRequire(require.resolve('n8n-core'));
	const { SSHClientsManager } = requireFromCore('./execution-engine/ssh-clients-manager.js') as {
		SSHClientsManager: abstract new () => { onShutdown(): void };
	};
	coreContainer().get(SSHClientsManager).onShutdown();
}
