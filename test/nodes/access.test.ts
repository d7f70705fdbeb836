import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { LittleComfyUiOptions } from '../server';
import { selfSigned } from '../support/selfSigned';
import { JobNodes, queue, wait } from './support/JobNodes';
import { overSocket, quick, textToImage } from './support/jobWorkflows';
import { sentJobs, upgrades } from './support/sent';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const TOKEN = '$2b$12$a/b+c.d';
const basic = { kind: 'basic', user: 'Ada', password: 'p:w ü' } as const;
const header = { kind: 'header', name: 'X-API-Key', value: TOKEN } as const;

interface Way {
	options: LittleComfyUiOptions;
	credential: (url: string) => ICredentialDataDecryptedObject;
}

const ways: Record<string, Way> = {
	'user and password': {
		options: { auth: basic },
		credential: (url) => ({ url, authentication: 'basic', user: 'Ada', password: basic.password }),
	},
	'user and password in the URL': {
		options: { auth: basic },
		credential: (url) => ({ url: url.replace('://', `://Ada:${encodeURIComponent(basic.password)}@`) }),
	},
	'a bearer token': {
		options: { auth: { kind: 'bearer', token: TOKEN } },
		credential: (url) => ({ url, authentication: 'bearer', token: TOKEN }),
	},
	'a bearer token pasted with its scheme': {
		options: { auth: { kind: 'login', token: TOKEN } },
		credential: (url) => ({ url, authentication: 'bearer', token: `Bearer ${TOKEN}` }),
	},
	headers: {
		options: { auth: header },
		credential: (url) => ({
			url,
			authentication: 'headers',
			headers: {
				values: [
					{ name: 'X-Other', value: 'x' },
					{ name: 'x-api-key', value: TOKEN },
					{ name: '', value: '' },
				],
			},
		}),
	},
	'a query parameter': {
		options: { auth: { kind: 'login', token: TOKEN } },
		credential: (url) => ({ url, authentication: 'query', queryName: 'token', queryToken: TOKEN }),
	},
	'a query parameter in the URL': {
		options: { auth: { kind: 'login', token: TOKEN } },
		credential: (url) => ({ url: `${url}/?token=${encodeURIComponent(TOKEN)}` }),
	},
	'a URL that ends in /api': { options: {}, credential: (url) => ({ url: `${url}/api` }) },
	'a path prefix': { options: { basePath: '/comfy' }, credential: (url) => ({ url: `${url}/` }) },
	'a path prefix and a bearer token': {
		options: { basePath: '/comfy/a', auth: { kind: 'bearer', token: TOKEN } },
		credential: (url) => ({ url, authentication: 'bearer', token: TOKEN }),
	},
	'a self-signed certificate that is accepted': {
		options: { tls: selfSigned },
		credential: (url) => ({ url, ignoreSslIssues: true }),
	},
	'no scheme in the URL': { options: {}, credential: (url) => ({ url: url.replace('http://', ' ') }) },
};

test.each(Object.entries(ways))('reaches the server with %s, over HTTP and the socket', async (_, way) => {
	const server = await nodes.server(way.options);
	const credential = way.credential(server.url);
	// pictures over the socket arrive only if the upgrade was let in
	const run = await nodes.run(server, [queue(overSocket), wait()], { credential });
	expect(run.error).toBeUndefined();
	expect(run.items('Wait')[0].binary).toHaveProperty('frame_1');
	expect(upgrades(server)).toHaveLength(1);
});

test('leads items to two servers when the credential is an expression', async () => {
	const [one, two] = [await nodes.server(), await nodes.server()];
	const input = [one, two, one].map(({ url }) => ({ json: { url } }));
	const credential = { url: "={{ $('Input').item.json.url }}" };
	const run = await nodes.run(one, [queue(textToImage()), wait()], { credential, input });
	expect(run.error).toBeUndefined();
	expect([sentJobs(one).length, sentJobs(two).length]).toEqual([2, 1]);
	const addresses = run
		.items('Wait')
		.map(({ json }) => (json.files as Array<{ comfyUiUrl: string }>)[0].comfyUiUrl);
	expect(addresses.map((address) => new URL(address).origin)).toEqual([one.url, two.url, one.url]);
	expect([upgrades(one).length, upgrades(two).length]).toEqual([1, 1]);
});

test('does not put credentials into the addresses of files', async () => {
	const { options, credential } = ways['a query parameter in the URL'];
	const server = await nodes.server(options);
	const run = await nodes.run(server, [queue(quick), wait()], { credential: credential(server.url) });
	const [{ comfyUiUrl }] = run.items('Wait')[0].json.files as Array<{ comfyUiUrl: string }>;
	expect(comfyUiUrl).toBe(`${server.url}/api/view?filename=made_00001_.png&type=output`);
});

test.each([
	['https', 'http', {}],
	['http', 'https', { tls: selfSigned }],
])('says so when the URL says %s and the server speaks %s', async (wrong, right, options) => {
	const server = await nodes.server(options);
	const url = server.url.replace(`${right}:`, `${wrong}:`);
	const { error } = await nodes.run(server, [queue(quick)], { credential: { url } });
	expect(error?.message).toBe(`${url} was asked with ${wrong}, but the server speaks ${right}.`);
	expect(error?.description).toContain(`Write ${right}:// instead of ${wrong}://`);
});
