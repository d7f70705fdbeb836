import { ComfyUiClient, connectRunComfy, type RunComfyOptions } from '../../../../nodes/client';
import { DEPLOYMENTS } from '../../../server/hosts/comfyDeploy';
import { LittleRunComfy, type LittleRunComfyOptions } from '../../../server/hosts/runComfy';
import type { HostStage, StageJob } from './HostStage';

const PARTNER_KEY = 'comfyui-canary-partner-of-runcomfy';

/** A little RunComfy and the clients of one test. */
export class RunComfyStage implements HostStage {
	readonly name = 'RunComfy';
	readonly secrets: string[];
	readonly picture: Uint8Array;
	private readonly clients: ComfyUiClient[] = [];

	private constructor(readonly server: LittleRunComfy) {
		this.secrets = [server.apiKey, PARTNER_KEY];
		this.picture = Uint8Array.from(server.book.picture);
	}

	static async start(options?: LittleRunComfyOptions): Promise<RunComfyStage> {
		return new RunComfyStage(await LittleRunComfy.start(options));
	}

	/** The host by itself, for what a client does not pass on. */
	host(options: Partial<RunComfyOptions> = {}) {
		const { url: baseUrl, apiKey } = this.server;
		return connectRunComfy({ baseUrl, apiKey, partnerApiKey: PARTNER_KEY, ...options });
	}

	clientOf(options: Partial<RunComfyOptions>): ComfyUiClient {
		const client = new ComfyUiClient(this.host(options));
		this.clients.push(client);
		return client;
	}

	connect(credentials: 'good' | 'bad' = 'good'): ComfyUiClient {
		return this.clientOf(credentials === 'good' ? {} : { apiKey: 'rc-canary-wrong-token' });
	}

	job(
		kind: keyof typeof DEPLOYMENTS,
		inputs: Record<string, unknown> = { '6.text': 'a lighthouse' },
	): StageJob {
		return { workflow: {}, options: { deployment: { id: DEPLOYMENTS[kind], inputs } } };
	}

	/** What reached the host, by method and path below the deployments. */
	requests(method: string, path: RegExp) {
		return this.server.requests.filter((one) => one.method === method && path.test(one.path));
	}

	/** The bodies of submissions. */
	bodies(): Array<Record<string, unknown>> {
		return this.requests('POST', /\/inference$/).map(({ bodyText }) => JSON.parse(bodyText));
	}

	release(): void {
		this.server.book.release();
	}

	going(): string[] {
		return this.server.book.going();
	}

	tooMany(times: number): void {
		this.server.tooMany(/\/inference$/, times);
	}

	tooManyCancels(times: number): void {
		this.server.tooMany(/\/cancel$/, times);
	}

	async goDown(): Promise<void> {
		await this.server.goDown();
	}

	requestsElsewhere() {
		const { url, requests } = this.server.bucket;
		return requests.map(({ path, query, headers }) => ({
			url: `${url}${path}?${new URLSearchParams(query)}`,
			headers,
		}));
	}

	async stop(): Promise<void> {
		await Promise.all(this.clients.map((client) => client.close()));
		await this.server.stop();
	}
}

/** Runs one test on its own stage. */
export async function onRunComfy(
	play: (stage: RunComfyStage) => Promise<void>,
	options?: LittleRunComfyOptions,
): Promise<void> {
	const stage = await RunComfyStage.start(options);
	try {
		await play(stage);
	} finally {
		await stage.stop();
	}
}
