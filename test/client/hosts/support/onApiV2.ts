import { ComfyUiClient } from '../../../../nodes/client';
import { connectComfyApiV2, type ComfyApiV2Options } from '../../../../nodes/client/hosts/comfyApiV2/connect';
import { LittleApiV2, type LittleApiV2Options } from '../../../server/hosts/comfyApiV2/LittleApiV2';
import type { RequestFault } from '../../../server/faults/rules';
import type { RecordedRequest } from '../../../server';

/** A little Comfy API v2 and the clients of one test. */
export class ApiV2Play {
	private readonly clients: ComfyUiClient[] = [];
	private mainClient?: ComfyUiClient;

	constructor(readonly api: LittleApiV2) {}

	get client(): ComfyUiClient {
		this.mainClient ??= this.connect();
		return this.mainClient;
	}

	connect(options: Partial<ComfyApiV2Options> = {}): ComfyUiClient {
		const { url, apiKey } = this.api;
		const client = new ComfyUiClient(connectComfyApiV2({ baseUrl: url, apiKey, ...options }));
		this.clients.push(client);
		return client;
	}

	/** Requests that submitted jobs. */
	submissions(): RecordedRequest[] {
		return this.api.origin.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/jobs'));
	}

	/** Strikes the next submissions. */
	strike(fault: RequestFault, times = 1): void {
		this.api.origin.faults.arm({ method: 'POST', path: /\/jobs$/, times }, fault);
	}

	/** Refuses the next submissions. */
	refuse(status: number, code: string, headers = {}, details?: object): void {
		const body = { error: { code, message: `the message of ${code}`, details } };
		this.strike({ kind: 'respond', reply: { status, headers, body } });
	}

	async end(): Promise<void> {
		await Promise.all(this.clients.map(async (client) => await client.close()));
		await this.api.stop();
		expect(this.api.comfyUi.damage).toEqual([]);
	}
}

/** Runs one test with its own API. */
export async function onApiV2(
	play: (stage: ApiV2Play) => Promise<void>,
	options?: LittleApiV2Options,
): Promise<void> {
	const stage = new ApiV2Play(await LittleApiV2.start(options));
	try {
		await play(stage);
	} finally {
		await stage.end();
	}
}
