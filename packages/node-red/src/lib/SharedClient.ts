import type { ComfyUiClient } from 'comfyui-workflows-client';

/** Node-RED gives a node 15 s to close; nodes that cancel jobs may take this much of it, ms. */
const WAIT_FOR_USERS_MS = 12_000;

/**
 * The client of a `comfyui-server`, shared by all nodes that use the server: one socket, one cache of node types.
 * Node-RED closes the server node and its users at the same time, and the users may still have jobs to cancel.
 */
export class SharedClient {
	private client?: ComfyUiClient;
	private readonly users = new Set<Promise<void>>();

	/** @param connect called at the first use; may throw, then it is called again at the next use */
	constructor(private readonly connect: () => ComfyUiClient) {}

	/** The client. @throws InvalidInputError when a field of the server node is wrong */
	get(): ComfyUiClient {
		return (this.client ??= this.connect());
	}

	/** Keeps the client open until the returned function is called. */
	use(): () => void {
		let release = () => {};
		const released = new Promise<void>((resolve) => (release = resolve));
		this.users.add(released);
		return () => {
			this.users.delete(released);
			release();
		};
	}

	/** Closes the client after its users. */
	async close(): Promise<void> {
		let timer: NodeJS.Timeout | undefined;
		const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, WAIT_FOR_USERS_MS)));
		await Promise.race([Promise.all(this.users), limit]);
		clearTimeout(timer);
		await this.client?.close();
	}
}
