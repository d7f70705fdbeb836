import { ComfyUiClient } from '../../../nodes/client';
import { LittleComfyUi } from '../../server';
import { seededRandom } from '../../server/pictures/random';
import type { Fault } from './Fault';
import { FaultyProxy } from './FaultyProxy';

/** Secrets that the client sends with everything, and that no output may repeat. */
export const CANARIES = ['header-canary-4711', 'query/canary+4712'] as const;

const IDLE_TIMEOUT_MS = 700;

/** A little ComfyUI, a faulty proxy before it and a client that knows only the proxy. */
export class Scene {
	/** Bytes that are the same in every run. */
	readonly bytes: Buffer;
	private readonly patience = new AbortController();
	private currentClient?: ComfyUiClient;

	private constructor(
		readonly server: LittleComfyUi,
		readonly proxy: FaultyProxy,
		private readonly fault: Fault,
	) {
		const random = seededRandom(fault.name);
		this.bytes = Buffer.from(Array.from({ length: 60_000 }, () => Math.floor(random() * 256)));
	}

	/** @param fault its name seeds the bytes */
	static async start(fault: Fault): Promise<Scene> {
		const server = await LittleComfyUi.start(fault.server);
		return new Scene(server, await FaultyProxy.start(server.url), fault);
	}

	get client(): ComfyUiClient {
		this.currentClient ??= ComfyUiClient.connect({
			url: `${this.proxy.url}?token=${encodeURIComponent(CANARIES[1])}`,
			headers: { 'x-key': CANARIES[0] },
			idleTimeoutMs: this.fault.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
		});
		return this.currentClient;
	}

	/** Fires when the caller gives up. */
	get signal(): AbortSignal {
		return this.patience.signal;
	}

	giveUp(): void {
		this.patience.abort();
	}

	/** Submissions that reached the server. */
	get arrived(): number {
		return this.server.requests.filter(({ method, path }) => method === 'POST' && /\/prompt$/.test(path))
			.length;
	}

	async closeClient(): Promise<void> {
		await this.currentClient?.close();
	}

	async stop(): Promise<void> {
		await this.closeClient();
		await this.proxy.stop();
		await this.server.stop();
	}
}
