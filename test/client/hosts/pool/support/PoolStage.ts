import { ComfyUiClient, type PoolServer } from '../../../../../nodes/client';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../../../server';

/** Some little ComfyUIs, named `a`, `b`, `c` and so on, and the clients of one test. */
export class PoolStage {
	private readonly clients: ComfyUiClient[] = [];

	private constructor(readonly servers: LittleComfyUi[]) {}

	static async start(options: LittleComfyUiOptions[]): Promise<PoolStage> {
		return new PoolStage(await Promise.all(options.map(async (one) => await LittleComfyUi.start(one))));
	}

	/** A client of all servers. @param more further members of the servers, by position */
	connect(more: Array<Partial<PoolServer>> = []): ComfyUiClient {
		const servers = this.servers.map(({ url }, index) => ({
			url,
			name: String.fromCharCode(97 + index),
			...more[index],
		}));
		const client = ComfyUiClient.connect({ servers });
		this.clients.push(client);
		return client;
	}

	/** How many jobs each server was sent. */
	submissions(): number[] {
		return this.servers.map(({ requests }) => requests.filter(isSubmission).length);
	}

	/** How many questions for the length of its queue each server was sent. */
	questions(): number[] {
		return this.servers.map(
			({ requests }) =>
				requests.filter(({ method, path }) => method === 'GET' && path === '/api/prompt').length,
		);
	}

	/** The workflows that a server was sent. */
	sent(index: number): Array<Record<string, { inputs: Record<string, unknown> }>> {
		return this.servers[index].requests
			.filter(isSubmission)
			.map(({ bodyText }) => (JSON.parse(bodyText) as { prompt: never }).prompt);
	}

	async stop(): Promise<void> {
		await Promise.all(this.clients.map(async (client) => await client.close()));
		await Promise.all(this.servers.map(async (server) => await server.stop()));
		expect(this.servers.flatMap(({ damage }) => damage)).toEqual([]);
	}
}

const isSubmission = ({ method, path }: { method: string; path: string }) =>
	method === 'POST' && path === '/api/prompt';

/** Runs one test on its own servers. @param options of each server; two without further options by default */
export async function onPool(
	play: (stage: PoolStage) => Promise<void>,
	options: LittleComfyUiOptions[] = [{}, {}],
): Promise<void> {
	const stage = await PoolStage.start(options);
	try {
		await play(stage);
	} finally {
		await stage.stop();
	}
}
