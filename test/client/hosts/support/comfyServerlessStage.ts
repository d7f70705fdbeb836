import { ComfyUiClient } from '../../../../nodes/client';
import {
	connectComfyServerless,
	type ComfyServerlessOptions,
} from '../../../../nodes/client/hosts/comfyServerless/connect';
import { LittleServerless, type LittleServerlessOptions } from '../../../server/hosts/comfyServerless';
import { picture, slow } from '../../support/workflows';
import type { HostStage, StageJob } from './HostStage';
import { failing, PICTURE_FILE } from './jobs';

const BAD_PASSWORD = 'wrong-password-canary';

/** A little ComfyUI Serverless and the clients of one test. */
export class ComfyServerlessStage implements HostStage {
	readonly name = 'ComfyUI Serverless';
	private readonly clients: ComfyUiClient[] = [];

	private constructor(readonly server: LittleServerless) {}

	static async start(options?: LittleServerlessOptions): Promise<ComfyServerlessStage> {
		return new ComfyServerlessStage(await LittleServerless.start(options));
	}

	get secrets(): string[] {
		const { password, apiKey, issued } = this.server.accounts;
		return [password, apiKey, BAD_PASSWORD, ...issued];
	}

	get picture(): Uint8Array {
		return this.server.comfyUi.files.read('output', PICTURE_FILE) ?? Buffer.from('none');
	}

	connect(credentials: 'good' | 'bad' = 'good'): ComfyUiClient {
		return this.clientOf(credentials === 'good' ? {} : { password: BAD_PASSWORD });
	}

	/** The host by itself, for what a client does not pass on. */
	service(options: Partial<ComfyServerlessOptions> = {}) {
		const { email, password } = this.server.accounts;
		const host = connectComfyServerless({ baseUrl: this.server.url, email, password, ...options });
		this.clients.push(new ComfyUiClient(host));
		return host;
	}

	clientOf(options: Partial<ComfyServerlessOptions>): ComfyUiClient {
		return new ComfyUiClient(this.service(options));
	}

	job(kind: 'picture' | 'slow' | 'failing'): StageJob {
		if (kind === 'slow') return { workflow: slow() };
		return { workflow: kind === 'picture' ? picture() : failing() };
	}

	release(): void {
		this.server.book.release();
	}

	going(): string[] {
		return this.server.book.going();
	}

	tooMany(times: number): void {
		this.server.tooMany(/\/execute$/, times);
	}

	tooManyCancels(times: number): void {
		this.server.tooMany(/\/cancel$/, times);
	}

	expireLogin(): void {
		this.server.accounts.expire();
	}

	async goDown(): Promise<void> {
		await this.server.goDown();
	}

	requestsElsewhere() {
		const { requests } = this.server.storage.origin;
		return requests.map(({ path, query, headers }) => ({ url: `${path}?${JSON.stringify(query)}`, headers }));
	}

	async stop(): Promise<void> {
		await Promise.all(this.clients.map(async (client) => await client.close()));
		await this.server.stop();
		expect(this.server.comfyUi.damage).toEqual([]);
	}
}

/** Runs one test on its own stage. */
export async function onServerless(
	play: (stage: ComfyServerlessStage) => Promise<void>,
	options?: LittleServerlessOptions,
): Promise<void> {
	const stage = await ComfyServerlessStage.start(options);
	try {
		await play(stage);
	} finally {
		await stage.stop();
	}
}
