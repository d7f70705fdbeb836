import { ComfyUiClient } from '../../../../nodes/client';
import { LittleComfyUi } from '../../../server';
import { slow, picture } from '../../support/workflows';
import { failing, PICTURE_FILE } from './jobs';
import type { HostStage } from './HostStage';

const TOKENS = ['token-canary-of-the-first', 'token-canary-of-the-second'];

/** The stage of a pool; n8n's credential needs the addresses of its servers. */
export interface PoolHostStage extends HostStage {
	readonly urls: string[];
}

/** Two ComfyUI servers as one host, each behind a proxy with a token of its own. */
export async function poolStage(): Promise<PoolHostStage> {
	const servers = await Promise.all(
		TOKENS.map(async (token) => await LittleComfyUi.start({ auth: { kind: 'bearer', token } })),
	);
	const clients: ComfyUiClient[] = [];
	const busy = { status: 429, headers: { 'retry-after': '0' }, body: 'slow down' };
	return {
		name: 'pool',
		urls: servers.map(({ url }) => url),
		connect(credentials = 'good') {
			const client = ComfyUiClient.connect({
				servers: servers.map(({ url }, index) => ({
					url,
					name: `gpu-${index + 1}`,
					headers: { Authorization: `Bearer ${credentials === 'good' ? TOKENS[index] : 'bad-token-canary'}` },
				})),
				partnerApiKey: 'comfyui-partner-canary',
			});
			clients.push(client);
			return client;
		},
		job(kind) {
			if (kind !== 'slow') return { workflow: kind === 'picture' ? picture() : failing() };
			for (const { faults } of servers) faults.hold();
			return { workflow: slow(0.1, 4, Math.ceil(Math.random() * 1e6)) };
		},
		get picture() {
			const found = servers.map(({ files }) => files.read('output', PICTURE_FILE)).find((bytes) => bytes);
			return found ?? new Uint8Array();
		},
		release: () => servers.forEach(({ faults }) => faults.release()),
		going: () => servers.flatMap(({ going }) => going),
		tooMany: (times) =>
			servers.forEach(({ faults }) => faults.respond({ method: 'POST', path: /\/prompt$/, times }, busy)),
		tooManyCancels: (times) =>
			servers.forEach(({ faults }) =>
				faults.respond({ method: 'POST', path: /\/(queue|interrupt|cancel)$/, times }, busy),
			),
		goDown: async () => void (await Promise.all(servers.map(async (server) => await server.stop()))),
		secrets: [...TOKENS, 'bad-token-canary', 'comfyui-partner-canary'],
		requestsElsewhere: () => [],
		async stop() {
			await Promise.all(clients.map(async (client) => await client.close()));
			await Promise.all(servers.map(async (server) => await server.stop()));
		},
	};
}
