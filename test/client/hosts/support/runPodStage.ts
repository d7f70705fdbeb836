import { ComfyUiClient } from '../../../../nodes/client';
import { connectRunPod, type RunPodOptions } from '../../../../nodes/client/hosts/runPod/connect';
import { LittleRunPod, type LittleRunPodOptions } from '../../../server/hosts/runPod';
import { picture, slow } from '../../support/workflows';
import type { HostStage, StageJob } from './HostStage';
import { failing, PICTURE_FILE } from './jobs';

const PARTNER_KEY = 'comfyui-canary-partner';

/** A little RunPod and the clients of one test. */
export class RunPodStage implements HostStage {
	readonly name = 'RunPod';
	readonly secrets: string[];
	private readonly clients: ComfyUiClient[] = [];

	private constructor(
		readonly server: LittleRunPod,
		readonly picture: Uint8Array,
	) {
		this.secrets = [server.apiKey, PARTNER_KEY];
	}

	static async start(options?: LittleRunPodOptions): Promise<RunPodStage> {
		const server = await LittleRunPod.start(options);
		const { comfyUi } = server;
		await comfyUi.submit(picture()); // later runs point at the file that this one makes
		await comfyUi.idle();
		return new RunPodStage(server, Uint8Array.from(comfyUi.files.read('output', PICTURE_FILE) as Buffer));
	}

	connect(credentials: 'good' | 'bad' = 'good'): ComfyUiClient {
		return this.clientOf(credentials === 'good' ? {} : { apiKey: 'rpa_canary-wrong-key' });
	}

	/** The host by itself, for what a client does not pass on. */
	host(options: Partial<RunPodOptions> = {}) {
		const { endpointId, apiKey, url: baseUrl } = this.server;
		return connectRunPod({ endpointId, apiKey, baseUrl, partnerApiKey: PARTNER_KEY, ...options });
	}

	clientOf(options: Partial<RunPodOptions>): ComfyUiClient {
		const client = new ComfyUiClient(this.host(options));
		this.clients.push(client);
		return client;
	}

	job(kind: 'picture' | 'slow' | 'failing'): StageJob {
		if (kind === 'picture') return { workflow: picture() };
		if (kind === 'slow') return { workflow: slow() };
		return { workflow: failing() };
	}

	release(): void {
		this.server.release();
	}

	going(): string[] {
		return this.server.endpoint.going();
	}

	tooMany(times: number): void {
		this.server.tooMany(/\/run(sync)?$/, times);
	}

	tooManyCancels(times: number): void {
		this.server.tooMany(/\/cancel\//, times);
	}

	async goDown(): Promise<void> {
		await this.server.goDown();
	}

	requestsElsewhere() {
		const { requests } = this.server.storage;
		return requests.map(({ path, query, headers }) => ({
			url: `${path}?${new URLSearchParams(query)}`,
			headers,
		}));
	}

	async stop(): Promise<void> {
		await Promise.all(this.clients.map((client) => client.close()));
		await this.server.stop();
		expect(this.server.comfyUi.damage).toEqual([]);
	}
}

/** Runs one test on its own stage. */
export async function onRunPod(
	play: (stage: RunPodStage) => Promise<void>,
	options?: LittleRunPodOptions,
): Promise<void> {
	const stage = await RunPodStage.start(options);
	try {
		await play(stage);
	} finally {
		await stage.stop();
	}
}
