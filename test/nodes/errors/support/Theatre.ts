import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../../server';
import type { Engine, EngineRun } from '../../../support/engine';
import { startEngine } from '../../support/JobNodes';
import type { Situation } from './Situation';

/** Who is asking, and what they show to the server. */
export interface Visitor {
	credential?: (url: string) => ICredentialDataDecryptedObject;
	options?: LittleComfyUiOptions;
	headers?: Record<string, string>;
	query?: string;
	/** What the server knows of the client's secrets and may repeat. */
	echo?: string;
}

/** Runs situations in n8n's engine, each with its own server. */
export class Theatre {
	private constructor(readonly engine: Engine) {}

	static async open(): Promise<Theatre> {
		return new Theatre(await startEngine());
	}

	async play(
		situation: Situation,
		visitor: Visitor = {},
	): Promise<{ run: EngineRun; server: LittleComfyUi }> {
		const server = await LittleComfyUi.start({ ...visitor.options, ...situation.options });
		const stage = { server, post: poster(server, visitor), echo: visitor.echo ?? 'somebody' };
		await situation.before?.(stage);
		const acts: Array<Promise<unknown>> = [];
		const url = situation.url ?? server.url.replace(/\/comfy$/, '');
		const run = await this.engine.run({
			nodes: situation.nodes,
			credentials: { comfyUiApi: { url, ...visitor.credential?.(url), ...situation.credential } },
			onNode: (name) => name === situation.during?.node && acts.push(situation.during.act(stage)),
		});
		await Promise.all(acts);
		await server.stop();
		return { run, server };
	}

	async close(): Promise<void> {
		await this.engine.stop();
	}
}

/** Sends requests of another client with the same access. */
function poster({ url }: LittleComfyUi, { headers, query = '' }: Visitor) {
	return async (path: string, body: object): Promise<void> => {
		const init = { method: 'POST', headers, body: JSON.stringify(body) };
		const reply = await fetch(`${url}${path}${query}`, init);
		if (!reply.ok) throw new Error(`${path} was answered with ${reply.status}`);
	};
}
