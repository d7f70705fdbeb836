import type { ICredentialTestFunctions } from 'n8n-workflow';
import { credentialTestTransport } from '../../nodes/shared/n8nTransport';

interface Sent {
	uri: string;
	headers: Record<string, string>;
}

async function sent(request: { path: string; url?: string }): Promise<Sent> {
	let options: unknown;
	const helpers = {
		request: async (given: unknown) => {
			options = given;
			return { statusCode: 200, headers: {}, body: '' };
		},
	} as unknown as ICredentialTestFunctions['helpers'];
	const access = {
		base: 'https://comfy.test',
		headers: { authorization: 'Bearer secret' },
		query: { token: 'secret' },
		rejectUnauthorized: true,
	};
	const headers = { accept: 'text/plain' };
	await credentialTestTransport(helpers, access).send({
		method: 'GET',
		idleTimeoutMs: 1,
		headers,
		...request,
	});
	return options as Sent;
}

test('a credential test sends the credential to its server', async () => {
	const { uri, headers } = await sent({ path: '/api/x' });
	expect(uri).toBe('https://comfy.test/api/x?token=secret');
	expect(headers).toEqual({ authorization: 'Bearer secret', accept: 'text/plain' });
});

test('a credential test sends it to no other address', async () => {
	const { uri, headers } = await sent({ path: '/', url: 'https://elsewhere.test/x' });
	expect(uri).toBe('https://elsewhere.test/x');
	expect(headers).toEqual({ accept: 'text/plain' });
});
