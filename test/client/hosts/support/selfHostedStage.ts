import { ComfyUiClient } from '../../../../nodes/client';
import { LittleComfyUi } from '../../../server';
import { failing, PICTURE_FILE, slowJob } from './jobs';
import { picture } from '../../support/workflows';
import type { HostStage } from './HostStage';

const TOKEN = 'token-canary-of-the-proxy';

/** A ComfyUI of one's own, behind a proxy that wants a token. */
export async function selfHostedStage(): Promise<HostStage> {
	const server = await LittleComfyUi.start({ auth: { kind: 'bearer', token: TOKEN } });
	const clients: ComfyUiClient[] = [];
	return {
		name: 'self-hosted',
		connect(credentials = 'good') {
			const token = credentials === 'good' ? TOKEN : 'bad-token-canary';
			const client = ComfyUiClient.connect({
				url: server.url,
				headers: { Authorization: `Bearer ${token}` },
				partnerApiKey: 'comfyui-partner-canary',
			});
			clients.push(client);
			return client;
		},
		job: (kind) =>
			kind === 'slow' ? slowJob(server) : { workflow: kind === 'picture' ? picture() : failing() },
		get picture() {
			return server.files.read('output', PICTURE_FILE) ?? new Uint8Array();
		},
		release: () => server.faults.release(),
		going: () => server.going,
		tooMany: (times) =>
			server.faults.respond(
				{ method: 'POST', path: /\/prompt$/, times },
				{ status: 429, headers: { 'retry-after': '0' }, body: 'slow down' },
			),
		tooManyCancels: (times) =>
			server.faults.respond(
				{ method: 'POST', path: /\/(queue|interrupt|cancel)$/, times },
				{ status: 429, headers: { 'retry-after': '0' }, body: 'slow down' },
			),
		goDown: async () => await server.stop(),
		secrets: [TOKEN, 'bad-token-canary', 'comfyui-partner-canary'],
		requestsElsewhere: () => [],
		async stop() {
			await Promise.all(clients.map(async (client) => await client.close()));
			await server.stop();
		},
	};
}
