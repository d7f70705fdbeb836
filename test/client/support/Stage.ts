import { ComfyUiClient, type ConnectOptions } from '../../../nodes/client';
import { LittleComfyUi, type LittleComfyUiOptions, type RecordedRequest } from '../../server';

/** A little ComfyUI and the clients of one test. */
export class Stage {
	private readonly clients: ComfyUiClient[] = [];
	private mainClient?: ComfyUiClient;

	private constructor(readonly server: LittleComfyUi) {}

	static async start(options?: LittleComfyUiOptions): Promise<Stage> {
		return new Stage(await LittleComfyUi.start(options));
	}

	/** A client without further options. */
	get client(): ComfyUiClient {
		this.mainClient ??= this.connect();
		return this.mainClient;
	}

	connect(options: Partial<ConnectOptions> = {}): ComfyUiClient {
		const client = ComfyUiClient.connect({ url: this.server.url, ...options });
		this.clients.push(client);
		return client;
	}

	/** What reached the server, by method and path without `/api`. */
	requests(method: string, path: string): RecordedRequest[] {
		return this.server.requests.filter(
			(request) => request.method === method && request.path.replace(/^\/api/, '') === path,
		);
	}

	/** The bodies that reached POST /prompt. */
	submissions(): Array<Record<string, unknown>> {
		return this.requests('POST', '/prompt').map(({ bodyText }) => JSON.parse(bodyText));
	}

	/** Closes everything; whatever a test did, no client may have hurt the server. */
	async stop(): Promise<void> {
		await Promise.all(this.clients.map((client) => client.close()));
		await this.server.stop();
		expect(this.server.damage).toEqual([]);
	}
}

/** Runs one test on its own stage. */
export async function onStage(
	play: (stage: Stage) => Promise<void>,
	options?: LittleComfyUiOptions,
): Promise<void> {
	const stage = await Stage.start(options);
	try {
		await play(stage);
	} finally {
		await stage.stop();
	}
}
