import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { startEngine } from '../nodes/support/JobNodes';
import { LittleComfyUi, type CannedReply, type LittleComfyUiOptions } from '../server';
import type { Engine } from '../support/engine';
import { selfSigned } from '../support/selfSigned';

let engine: Engine;
let server: LittleComfyUi;
beforeAll(async () => {
	engine = await startEngine();
});
afterAll(async () => await engine.stop());
afterEach(async () => await server.stop());

/** What the user reads; `{server}` is the address of the server. */
async function verdict(credential: ICredentialDataDecryptedObject = {}): Promise<string> {
	const { status, message } = await engine.testCredential('comfyUiApi', { url: server.url, ...credential });
	return `${status}: ${message.replaceAll(server.url, '{server}')}`;
}

describe('the test of the credential', () => {
	const start = async (options?: LittleComfyUiOptions) => (server = await LittleComfyUi.start(options));

	test('shows the version and the device on success', async () => {
		await start({ version: '0.3.64' });
		expect(await verdict()).toBe('OK: Connected to ComfyUI 0.3.64 on cpu.');
	});

	test('says what to check when nothing answers, in Docker too', async () => {
		await start();
		await server.stop();
		expect(await verdict()).toBe(
			'Error: Nothing answers at {server}: the connection was refused. Start ComfyUI, and check host and port. ' +
				'Inside Docker, localhost is the container itself: use http://host.docker.internal:8188 and ' +
				'start ComfyUI with --listen 0.0.0.0.',
		);
	});

	test('takes a URL that ends in /api', async () => {
		await start({ version: '0.3.64' });
		expect(await verdict({ url: `${server.url}/api` })).toBe('OK: Connected to ComfyUI 0.3.64 on cpu.');
	});

	test('says that the server speaks http when it was asked with https', async () => {
		await start();
		const url = server.url.replace('http:', 'https:');
		expect(await verdict({ url })).toBe(
			`Error: ${url} was asked with https, but the server speaks http. Write http:// instead of https:// in the server URL of the credential.`,
		);
	});

	test('says that the server speaks https when it was asked with http', async () => {
		await start({ tls: selfSigned });
		const url = server.url.replace('https:', 'http:');
		expect(await verdict({ url })).toBe(
			`Error: ${url} was asked with http, but the server speaks https. Write https:// instead of http:// in the server URL of the credential.`,
		);
	});

	test('tells that the host name is unknown', async () => {
		await start();
		expect(await verdict({ url: 'comfyui.invalid' })).toBe(
			'Error: The host name "comfyui.invalid" could not be resolved. Check the spelling of the server URL; ' +
				'inside Docker use the service name, or host.docker.internal for the machine itself.',
		);
	});

	test.each<[string, CannedReply, string]>([
		[
			'the credentials are refused',
			{ status: 401 },
			'{server} refused the credentials (401). Check user name and password, token or header in the ComfyUI credential.',
		],
		[
			'the credentials do not suffice',
			{ status: 403 },
			'{server} does not allow the request (403). The credential has no access, or the server rejects the Origin or Host header: for a proxy set the Host header to the public name, for ComfyUI itself start it with --enable-cors-header.',
		],
		[
			'another program answers with JSON',
			{ status: 200, body: { hello: 'world' } },
			'Something answers at {server}, but it is not a ComfyUI. Enter the address that opens the ComfyUI editor in a browser.',
		],
		[
			'another program answers with null',
			{ status: 200, body: 'null' },
			'Something answers at {server}, but it is not a ComfyUI. Enter the address that opens the ComfyUI editor in a browser.',
		],
		[
			'a web page answers',
			{ status: 200, body: '<html><body>Welcome to nginx!</body></html>' },
			'{server}/api/system_stats answered with a web page instead of data. Check that the server URL points at ComfyUI itself (it opens the ComfyUI editor in a browser), including the path prefix of a proxy.',
		],
		[
			'there is nothing at the path',
			{ status: 404 },
			'{server} has nothing at /api/system_stats (404). Check that the server URL points at ComfyUI itself (it opens the ComfyUI editor in a browser), including the path prefix of a proxy.',
		],
		[
			'the proxy does not reach ComfyUI',
			{ status: 502 },
			'The server answered /api/system_stats with status 502. Look at the ComfyUI log (and at the proxy before it) for the cause.',
		],
	])('tells that %s', async (_, reply, message) => {
		await start();
		server.faults.respond({ path: /./ }, reply);
		expect(await verdict()).toBe(`Error: ${message}`);
	});

	const login = { auth: { kind: 'login', token: 'secret-token' } } as const;

	test('tells that a login page comes instead', async () => {
		await start(login);
		expect(await verdict()).toBe(
			'Error: {server} sent a login page instead of an answer. Set the authentication in the ComfyUI credential; ' +
				'for the ComfyUI-Login extension choose "Bearer Token" or the query parameter "token" with the token ' +
				'from the server log.',
		);
	});

	test.each<[string, LittleComfyUiOptions, ICredentialDataDecryptedObject]>([
		['a bearer token', login, { authentication: 'bearer', token: 'secret-token' }],
		['a query parameter', login, { authentication: 'query', queryName: 'token', queryToken: 'secret-token' }],
		[
			'user and password',
			{ auth: { kind: 'basic', user: 'Ada', password: 'pw' } },
			{ authentication: 'basic', user: 'Ada', password: 'pw' },
		],
		[
			'a header',
			{ auth: { kind: 'header', name: 'X-Key', value: 'k' } },
			{ authentication: 'headers', headers: { values: [{ name: 'X-Key', value: 'k' }] } },
		],
		["a certificate of one's own that is accepted", { tls: selfSigned }, { ignoreSslIssues: true }],
	])('gets in with %s', async (_, options, credential) => {
		await start(options);
		expect(await verdict(credential)).toMatch(/^OK: Connected to ComfyUI 0\.33\.0/);
	});

	test('tells that nobody vouches for the certificate', async () => {
		await start({ tls: selfSigned });
		expect(await verdict()).toMatch(
			/^Error: The TLS certificate of {server} was not accepted.*"Ignore SSL Issues" for a self-signed/,
		);
	});

	test.each<[string, ICredentialDataDecryptedObject, string]>([
		['an empty URL', { url: '' }, 'The server URL is empty. Enter it like http://127.0.0.1:8188'],
		['an empty token', { authentication: 'bearer' }, '"Token" of the ComfyUI credential is empty.'],
		[
			'a header name that cannot be one',
			{ authentication: 'headers', headers: { values: [{ name: 'X Key:', value: 'k' }] } },
			'"Name" of header 1 of the ComfyUI credential contains characters that are not allowed in a header name.',
		],
		[
			'a header value that cannot be one',
			{ authentication: 'headers', headers: { values: [{ name: 'X-Key', value: '“k”' }] } },
			'"Value" of header 1 of the ComfyUI credential contains characters that are not allowed in a header.',
		],
	])('names the field of %s, and sends nothing', async (_, credential, message) => {
		await start();
		expect(await verdict(credential)).toContain(`Error: ${message}`);
		expect(server.requests).toEqual([]);
	});

	test('shows no secret, even if the server repeats it', async () => {
		await start();
		server.faults.respond({ path: /./ }, { status: 401, body: 'Bad token: secret-token' });
		expect(await verdict({ authentication: 'bearer', token: 'secret-token' })).not.toContain('secret-token');
	});
});
