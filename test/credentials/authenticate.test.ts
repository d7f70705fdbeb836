import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { ComfyUiApi } from '../../credentials/ComfyUiApi.credentials';

describe('the credential puts on a request of another node', () => {
	const request: IHttpRequestOptions = {
		url: 'http://comfy/api/queue',
		headers: { accept: '*/*' },
		qs: { a: 1 },
	};
	const signed = async (credential: ICredentialDataDecryptedObject) => {
		const { authenticate } = new ComfyUiApi();
		if (typeof authenticate !== 'function') throw new Error('not a function');
		return await authenticate({ url: 'http://comfy', ...credential }, request);
	};

	test.each<[string, ICredentialDataDecryptedObject, object, object]>([
		['nothing without authentication', {}, {}, {}],
		[
			'the user and password',
			{ authentication: 'basic', user: 'a', password: 'b' },
			{ authorization: 'Basic YTpi' },
			{},
		],
		['the token', { authentication: 'bearer', token: 't' }, { authorization: 'Bearer t' }, {}],
		[
			'all headers',
			{
				authentication: 'headers',
				headers: {
					values: [
						{ name: 'X-One', value: '1' },
						{ name: 'X-Two', value: '2' },
					],
				},
			},
			{ 'x-one': '1', 'x-two': '2' },
			{},
		],
		['the query parameter', { authentication: 'query', queryName: 'q', queryToken: 't' }, {}, { q: 't' }],
		['what is in the URL', { url: 'http://a:b@comfy/?k=v' }, { authorization: 'Basic YTpi' }, { k: 'v' }],
	])('%s', async (_, credential, headers, qs) => {
		const { skipSslCertificateValidation, ...options } = await signed(credential);
		expect(options).toEqual({ ...request, headers: { accept: '*/*', ...headers }, qs: { a: 1, ...qs } });
		expect(skipSslCertificateValidation).toBeUndefined();
	});

	test('accepts any certificate when that is chosen', async () => {
		expect(await signed({ ignoreSslIssues: true })).toHaveProperty('skipSslCertificateValidation', true);
	});

	test('never the partner key, which belongs into the job', async () => {
		expect(JSON.stringify(await signed({ partnerApiKey: 'partner' }))).not.toContain('partner');
	});
});
