import { ComfyUiClient, type Host } from '../../../../nodes/client';
import { connectComfyApiV2 } from '../../../../nodes/client/hosts/comfyApiV2/connect';
import { connectComfyCloud } from '../../../../nodes/client/hosts/comfyCloud/connect';
import { LittleApiV2 } from '../../../server/hosts/comfyApiV2/LittleApiV2';
import { LittleComfyCloud } from '../../../server/hosts/comfyCloud/LittleComfyCloud';
import { picture } from '../../support/workflows';
import type { HostStage } from './HostStage';
import { failing, PICTURE_FILE, slowJob } from './jobs';

const PARTNER_KEY = 'comfyui-partner-canary';
const BAD_KEY = 'comfyui-bad-canary';

/** Comfy Cloud. */
export async function comfyCloudStage(): Promise<HostStage> {
	const cloud = await LittleComfyCloud.start();
	return stageOf('Comfy Cloud', cloud, (apiKey) =>
		connectComfyCloud({ baseUrl: cloud.url, apiKey, partnerApiKey: PARTNER_KEY }),
	);
}

/** A serverless deployment with the Comfy API v2. */
export async function comfyApiV2Stage(): Promise<HostStage> {
	const api = await LittleApiV2.start();
	return stageOf('Comfy API v2', api, (apiKey) =>
		connectComfyApiV2({ baseUrl: api.url, apiKey, partnerApiKey: PARTNER_KEY }),
	);
}

function stageOf(
	name: string,
	service: LittleComfyCloud | LittleApiV2,
	connect: (apiKey: string) => Host,
): HostStage {
	const { comfyUi, apiKey, storage } = service;
	const clients: ComfyUiClient[] = [];
	let down = false;
	return {
		name,
		connect(credentials = 'good') {
			const client = new ComfyUiClient(connect(credentials === 'good' ? apiKey : BAD_KEY));
			clients.push(client);
			return client;
		},
		job: (kind) =>
			kind === 'slow' ? slowJob(comfyUi) : { workflow: kind === 'picture' ? picture() : failing() },
		get picture() {
			return comfyUi.files.read('output', PICTURE_FILE) ?? new Uint8Array();
		},
		release: () => comfyUi.faults.release(),
		going: () => comfyUi.going,
		tooMany: (times) =>
			service.origin.faults.arm(
				{ method: 'POST', path: /\/(prompt|jobs)$/, times },
				{ kind: 'respond', reply: { status: 429, headers: { 'retry-after': '0' }, body: QUEUE_FULL } },
			),
		tooManyCancels: (times) =>
			service.origin.faults.arm(
				{ method: 'POST', path: /\/cancel$/, times },
				{ kind: 'respond', reply: { status: 429, headers: { 'retry-after': '0' }, body: QUEUE_FULL } },
			),
		async goDown() {
			down = true;
			await service.goDown();
		},
		secrets: [apiKey, BAD_KEY, PARTNER_KEY, storage.signature],
		requestsElsewhere: () =>
			storage.origin.requests.map(({ path, query, headers }) => {
				const others = Object.entries(query).filter(([, value]) => value !== storage.signature);
				return { url: `${path}?${others.join('&')}`, headers };
			}),
		async stop() {
			await Promise.all(clients.map(async (client) => await client.close()));
			if (!down) return await service.stop();
			await storage.origin.stop();
			await comfyUi.stop();
		},
	};
}

/** As Comfy Cloud and as the API v2 say it. */
const QUEUE_FULL = { error: { type: 'QUEUE_LIMIT', code: 'queue_full', message: 'The queue is full' } };
