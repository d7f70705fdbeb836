import { connectComfyDeploy } from '../../../../nodes/client/hosts/comfyDeploy/connect';
import { caught } from '../../support/caught';
import { onComfyDeploy } from '../support/comfyDeployStage';

const WEB_APP = { generation: 'webApp' } as const;

describe('which generation it is', () => {
	test.each(['v2', 'webApp'] as const)('is told by the answers, once for all clients: %s', (generation) =>
		onComfyDeploy(
			async (stage) => {
				const hosts = [stage.host(), stage.host()];
				expect(await Promise.all([hosts[0], ...hosts].map((host) => host.generation()))).toEqual(
					Array(3).fill(generation),
				);
				const asked = stage.server.requests.length;
				expect(await stage.host().generation()).toBe(generation);
				expect(stage.server.requests).toHaveLength(asked);
				expect(stage.server.requests.every(({ method }) => method === 'GET')).toBe(true);
				expect(stage.server.book.runs.size).toBe(0);
			},
			{ generation },
		),
	);

	test('is not asked for when it is given, nor for the hosted address', () =>
		onComfyDeploy(async (stage) => {
			expect(await stage.host({ generation: 'webApp' }).generation()).toBe('webApp');
			expect(await connectComfyDeploy({ apiKey: 'k' }).generation()).toBe('v2');
			expect(stage.server.requests).toEqual([]);
		}));

	test('is asked for again after a failure', () =>
		onComfyDeploy(async (stage) => {
			const host = stage.host();
			stage.server.fault({ path: /run/, times: 1 }, { kind: 'respond', reply: { status: 503 } });
			expect((await caught(host.generation())).code).toBe('http');
			expect(await host.generation()).toBe('v2');
		}));

	test('is neither where nothing knows of runs', () =>
		onComfyDeploy(async (stage) => {
			const baseUrl = stage.server.url.replace('/api', '/elsewhere');
			const error = await caught(stage.host({ baseUrl }).generation());
			expect(error).toMatchObject({ code: 'not-found', hint: expect.stringContaining('/api') });
		}, WEB_APP));

	test('goes by the second route where the first says too little', () =>
		onComfyDeploy(async (stage) => {
			const reply = { status: 404, body: { error: 'not found' } };
			stage.server.fault({ path: /\/run\/0000/ }, { kind: 'respond', reply });
			expect(await stage.host().generation()).toBe('webApp');
		}, WEB_APP));
});

describe('the API key', () => {
	test.each([{}, WEB_APP])('is refused in words, as JSON or as text: %j', (options) =>
		onComfyDeploy(async (stage) => {
			const client = stage.connect('bad');
			const error = await caught(client.queuePrompt(undefined, stage.job('picture').options));
			expect(error).toMatchObject({
				code: 'authentication',
				message: expect.stringContaining('Invalid or expired token'),
			});
			expect(stage.server.book.runs.size).toBe(0);
		}, options),
	);

	test('is never led to another origin by the API itself', () =>
		onComfyDeploy(async (stage) => {
			const reply = { status: 302, headers: { Location: `${stage.server.bucket.url}/bucket/a/b` } };
			stage.server.fault({ path: /run/ }, { kind: 'respond', reply });
			const client = stage.connect();
			const error = await caught(client.queuePrompt(undefined, stage.job('picture').options));
			expect(error.code).toBe('unexpected-response');
			expect(stage.requestsElsewhere()).toEqual([]);
		}));

	test('may be pasted as the header that it becomes, but not be left out', () =>
		onComfyDeploy(async (stage) => {
			const host = stage.host({
				apiKey: ` Bearer ${stage.server.apiKey}`,
				baseUrl: `${stage.server.url}/run/`,
			});
			expect(await host.generation()).toBe('v2');
			expect((await caught(() => stage.host({ apiKey: ' ' }))).code).toBe('invalid-input');
		}));
});
