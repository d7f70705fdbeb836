import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Job } from '../../queue/jobs';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../index';

/** The client ID of all jobs behind the stand-in. */
const ACCOUNT = 'account';

type Listener = (data: Buffer, isBinary: boolean) => void;

/** The little ComfyUI that runs the jobs of a stand-in for a hosted service, and all its events. */
export class Backstage {
	/** Cancelled before they ran: a ComfyUI keeps no trace of them, the services do. */
	private readonly removed = new Set<string>();

	private constructor(
		readonly comfyUi: LittleComfyUi,
		private readonly socket: WebSocket,
	) {}

	static async start(onEvent: Listener, options?: LittleComfyUiOptions): Promise<Backstage> {
		const comfyUi = await LittleComfyUi.start(options);
		const socket = new WebSocket(`${comfyUi.url.replace('http', 'ws')}/ws?clientId=${ACCOUNT}`);
		socket.on('message', (data, isBinary) => onEvent(data as Buffer, isBinary));
		await once(socket, 'open');
		socket.send('{"type":"feature_flags","data":{"supports_preview_metadata":true}}');
		return new Backstage(comfyUi, socket);
	}

	/** Hands in a body of POST /prompt for the account; the answer as ComfyUI gives it. */
	async submit(body: Record<string, unknown>): Promise<{ status: number; body: Record<string, unknown> }> {
		return await this.call('/api/prompt', { ...body, client_id: ACCOUNT });
	}

	/**
	 * All that the jobs API says of a job; undefined when there is none.
	 * @param keepsRemoved whether a job that was cancelled before it ran is known; default true, as in the services
	 */
	async job(id: string, keepsRemoved = true): Promise<Job | undefined> {
		const response = await fetch(`${this.comfyUi.url}/api/jobs/${encodeURIComponent(id)}`);
		if (response.ok) return (await response.json()) as Job;
		if (!keepsRemoved || !this.removed.has(id)) return undefined;
		return { id, status: 'cancelled', priority: 0, outputs_count: 0, previewable_outputs_count: 0 };
	}

	/** All jobs, newest first. */
	async jobs(): Promise<Job[]> {
		const response = await fetch(`${this.comfyUi.url}/api/jobs`);
		return ((await response.json()) as { jobs: Job[] }).jobs;
	}

	async cancel(id: string): Promise<boolean> {
		const { body } = await this.call(`/api/jobs/${encodeURIComponent(id)}/cancel`, {});
		if (body.cancelled === true) this.removed.add(id);
		return body.cancelled === true;
	}

	async stop(): Promise<void> {
		this.socket.terminate();
		await this.comfyUi.stop();
	}

	private async call(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
		const response = await fetch(this.comfyUi.url + path, { method: 'POST', body: JSON.stringify(body) });
		return { status: response.status, body: (await response.json()) as Record<string, unknown> };
	}
}
