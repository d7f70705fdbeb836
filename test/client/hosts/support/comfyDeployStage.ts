import { ComfyUiClient } from '../../../../nodes/client';
import {
	connectComfyDeploy,
	type ComfyDeployOptions,
} from '../../../../nodes/client/hosts/comfyDeploy/connect';
import {
	DEPLOYMENTS,
	LittleComfyDeploy,
	type LittleComfyDeployOptions,
} from '../../../server/hosts/comfyDeploy';
import type { HostStage, StageJob } from './HostStage';
import { installationAt } from '../../../../nodes/client/hosts/comfyDeploy/ApiVersion';

/** A little ComfyUI Deploy and the clients of one test. */
export class ComfyDeployStage implements HostStage {
	readonly secrets: string[];
	readonly picture: Uint8Array;
	private readonly clients: ComfyUiClient[] = [];

	private constructor(
		readonly name: string,
		readonly server: LittleComfyDeploy,
		private readonly generation: ComfyDeployOptions['generation'],
	) {
		this.secrets = [server.apiKey];
		this.picture = Uint8Array.from(server.book.picture);
	}

	/** @param generation the version that the client is given; default `auto` */
	static async start(
		options: LittleComfyDeployOptions = {},
		generation?: ComfyDeployOptions['generation'],
	): Promise<ComfyDeployStage> {
		const server = await LittleComfyDeploy.start(options);
		const kind = options.generation === 'webApp' ? 'open source' : 'hosted';
		const stage = new ComfyDeployStage(`ComfyUI Deploy (${kind})`, server, generation);
		// Another stand-in may have had the port: what was detected about it is wrong here.
		const known = installationAt(stage.host().base);
		delete known.version;
		delete known.uploadMethod;
		return stage;
	}

	/** The host by itself, for what a client does not pass on. */
	host(options: Partial<ComfyDeployOptions> = {}) {
		const { url: baseUrl, apiKey } = this.server;
		return connectComfyDeploy({ baseUrl, apiKey, generation: this.generation, ...options });
	}

	clientOf(options: Partial<ComfyDeployOptions>): ComfyUiClient {
		const client = new ComfyUiClient(this.host(options));
		this.clients.push(client);
		return client;
	}

	connect(credentials: 'good' | 'bad' = 'good'): ComfyUiClient {
		return this.clientOf(credentials === 'good' ? {} : { apiKey: 'cd_canary.wrong-key' });
	}

	job(
		kind: keyof typeof DEPLOYMENTS,
		inputs: Record<string, unknown> = { prompt: 'a lighthouse' },
	): StageJob {
		return { workflow: {}, options: { deployment: { id: DEPLOYMENTS[kind], inputs } } };
	}

	/** What reached the host itself, by method and path below the base URL. */
	requests(method: string, path: string) {
		return this.server.requests.filter((one) => one.method === method && one.path === `/api${path}`);
	}

	/** The bodies that reached a route. */
	bodies(path: string): Array<Record<string, unknown>> {
		return this.requests('POST', path).map(({ bodyText }) => JSON.parse(bodyText));
	}

	release(): void {
		this.server.book.release();
	}

	going(): string[] {
		return this.server.book.going();
	}

	tooMany(times: number): void {
		this.server.tooMany(times);
	}

	tooManyCancels(times: number): void {
		this.server.tooManyCancels(times);
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
export async function onComfyDeploy(
	play: (stage: ComfyDeployStage) => Promise<void>,
	options?: LittleComfyDeployOptions,
): Promise<void> {
	const stage = await ComfyDeployStage.start(options);
	try {
		await play(stage);
	} finally {
		await stage.stop();
	}
}
