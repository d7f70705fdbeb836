import { ComfyUiClient } from '../../../../nodes/client';
import { connectComfyCloud, type ComfyCloudOptions } from '../../../../nodes/client/hosts/comfyCloud/connect';
import {
	LittleComfyCloud,
	type LittleComfyCloudOptions,
} from '../../../server/hosts/comfyCloud/LittleComfyCloud';
import type { RecordedRequest } from '../../../server';

/** A little Comfy Cloud and the clients of one test. */
export class CloudPlay {
	private readonly clients: ComfyUiClient[] = [];
	private mainClient?: ComfyUiClient;

	constructor(readonly cloud: LittleComfyCloud) {}

	get client(): ComfyUiClient {
		this.mainClient ??= this.connect();
		return this.mainClient;
	}

	connect(options: Partial<ComfyCloudOptions> = {}): ComfyUiClient {
		const { url, apiKey } = this.cloud;
		const client = new ComfyUiClient(connectComfyCloud({ baseUrl: url, apiKey, ...options }));
		this.clients.push(client);
		return client;
	}

	requests(method: string, path: RegExp): RecordedRequest[] {
		return this.cloud.origin.requests.filter((one) => one.method === method && path.test(one.path));
	}

	/** Answers the next requests to a path. */
	answer(path: RegExp, status: number, body: object | string, headers = {}, times = 1): void {
		this.cloud.origin.faults.arm({ path, times }, { kind: 'respond', reply: { status, headers, body } });
	}

	async end(): Promise<void> {
		await Promise.all(this.clients.map(async (client) => await client.close()));
		await this.cloud.stop();
		expect(this.cloud.comfyUi.damage).toEqual([]);
	}
}

/** Runs one test with its own cloud, which has only the deprecated v1 unless the options say otherwise. */
export async function onCloud(
	play: (stage: CloudPlay) => Promise<void>,
	options?: LittleComfyCloudOptions,
): Promise<void> {
	const stage = new CloudPlay(await LittleComfyCloud.start({ v2: false, ...options }));
	try {
		await play(stage);
	} finally {
		await stage.end();
	}
}
