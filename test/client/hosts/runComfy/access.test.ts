import { connectRunComfy } from '../../../../nodes/client';
import { caught } from '../../support/caught';
import { onRunComfy } from '../support/runComfyStage';

const verify = async (options: Parameters<typeof connectRunComfy>[0]) =>
	await connectRunComfy(options).verify();

test.each([
	[undefined, 'https://api.runcomfy.net/prod/v2'],
	['', 'https://api.runcomfy.net/prod/v2'],
	['https://api.runcomfy.net/prod/v1/', 'https://api.runcomfy.net/prod/v1'],
	['https://proxy.example/rc/deployments', 'https://proxy.example/rc'],
])('the base URL %s is read as %s', (baseUrl, base) => {
	expect(connectRunComfy({ apiKey: 'x', baseUrl }).base).toBe(base);
});

test('a token is required, with or without its scheme', async () => {
	expect((await caught(() => connectRunComfy({ apiKey: ' ' }))).code).toBe('invalid-input');
	await onRunComfy(async ({ server: { apiKey, url: baseUrl } }) => {
		expect(await verify({ apiKey: `Bearer ${apiKey}`, baseUrl })).toBe(
			'Connected to RunComfy (4 deployments).',
		);
	});
});

test.each(['status', 'body'] as const)('a wrong token is refused (refusals by %s)', async (refusals) => {
	await onRunComfy(
		async ({ server: { url: baseUrl } }) => {
			expect(await caught(verify({ apiKey: 'rc-wrong', baseUrl }))).toMatchObject({ code: 'authentication' });
		},
		{ refusals },
	);
});

test.each([{ deployments: 3 }, 'x'])('an answer that is no list of deployments is an error', async (body) => {
	await onRunComfy(async ({ server }) => {
		const reply = { status: 200, body: JSON.stringify(body) };
		server.fault({ path: /deployments$/ }, { kind: 'respond', reply });
		const error = await caught(verify({ apiKey: server.apiKey, baseUrl: server.url }));
		expect([error.code, error.hint]).toEqual(['unexpected-response', expect.stringContaining('base URL')]);
	});
});
