import type { ICredentialDataDecryptedObject, INodePropertyCollection } from 'n8n-workflow';
import { ComfyUiPoolApi } from '../../credentials/ComfyUiPoolApi.credentials';
import { hostKinds } from '../../nodes/shared/hosts/hostKinds';
import { startWholeEngine } from '../nodes/hosts/support/engine';
import { LittleComfyUi } from '../server';
import type { Engine } from '../support/engine';

const AUTHENTICATIONS: Array<[fields: ICredentialDataDecryptedObject, auth: object]> = [
	[
		{ authentication: 'bearer', secret: 'canary-1' },
		{ kind: 'bearer', token: 'canary-1' },
	],
	[
		{ authentication: 'basic', user: 'me', secret: 'canary-2' },
		{ kind: 'basic', user: 'me', password: 'canary-2' },
	],
	[
		{ authentication: 'headers', secretName: 'X-API-Key', secret: 'canary-3' },
		{ kind: 'header', name: 'x-api-key', value: 'canary-3' },
	],
	[
		{ authentication: 'query', secretName: 'token', secret: 'canary-4' },
		{ kind: 'login', token: 'canary-4' },
	],
];

test('no field of a server depends on another one, since the form of n8n would not show it', () => {
	const { options = [] } = new ComfyUiPoolApi().properties.find(({ name }) => name === 'servers') ?? {};
	const fields = (options as INodePropertyCollection[]).flatMap(({ values }) => values);
	expect(fields.map(({ name }) => name)).toContain('secret');
	expect(fields.filter(({ displayOptions }) => displayOptions)).toEqual([]);
});

let engine: Engine;
beforeAll(async () => {
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());

const verdict = async (server: unknown) => {
	const { status, message } = await engine.testCredential('comfyUiPoolApi', {
		servers: { server },
	} as ICredentialDataDecryptedObject);
	expect(message).not.toContain('canary');
	return `${status}: ${message}`;
};

describe('the test of the credential of a pool', () => {
	test('lists every server with its state, each reached with its own authentication', async () => {
		const servers = await Promise.all(
			AUTHENTICATIONS.map(async ([, auth]) => await LittleComfyUi.start({ auth: auth as never })),
		);
		const rows = AUTHENTICATIONS.map(([fields], index) => ({
			name: `gpu-${index + 1}`,
			url: servers[index].url,
			...fields,
		}));
		expect(await verdict(rows)).toBe(
			'OK: Connected. 4 of 4 servers can be used. gpu-1: ComfyUI 0.33.0 on cpu; gpu-2: ComfyUI 0.33.0 on cpu; gpu-3: ComfyUI 0.33.0 on cpu; gpu-4: ComfyUI 0.33.0 on cpu.',
		);
		await servers[1].stop();
		const broken = await verdict([{ ...rows[0], secret: 'wrong' }, ...rows.slice(1)]);
		expect(broken).toMatch(
			/^Error: 2 of 4 servers can be used\. gpu-1: .*refused the credentials \(401\); gpu-2: Nothing answers at .*; gpu-3: ComfyUI 0\.33\.0 on cpu; gpu-4: /,
		);
		await Promise.all(servers.map(async (server) => await server.stop()));
	});

	test.each<[string, unknown, RegExp]>([
		['no servers', [], /has no servers\. Open the credential and add at least two servers/],
		['one server', [{ url: 'http://a' }], /has only one server\. .*use the host "Self-Hosted"/],
		[
			'a row without a URL',
			[{ url: 'http://a' }, { name: 'b' }],
			/^Error: Server 2 of the list: The server URL is empty/,
		],
		[
			'a token that is missing',
			[{ url: 'http://a' }, { url: 'http://b', authentication: 'bearer' }],
			/^Error: Server 2 of the list: "Password, Token or Value" of the ComfyUI Pool credential is empty/,
		],
		[
			'the name of a header that is missing',
			[{ url: 'http://a' }, { url: 'http://b', authentication: 'headers', secret: 'canary' }],
			/^Error: Server 2 of the list: "Name of Header or Query Parameter" of the ComfyUI Pool credential is empty/,
		],
		[
			'a name twice',
			[
				{ url: 'http://a', name: 'gpu' },
				{ url: 'http://b', name: 'gpu' },
			],
			/Two servers of the pool have the name "gpu"/,
		],
		[
			'a weight that is none',
			[{ url: 'http://a', weight: -1 }, { url: 'http://b' }],
			/The weight of the server "a" is not a number above 0/,
		],
	])('says what is wrong with %s', async (_, rows, expected) => {
		expect(await verdict(rows)).toMatch(expected);
	});
});

test('a request with the credential gets the authentication of the server to which it leads', () => {
	const { readAccess } = hostKinds.pool;
	const server = [
		{ url: 'http://h:1', authentication: 'bearer', secret: 'one' },
		{ url: 'http://h:1/two', authentication: 'bearer', secret: 'two' },
	];
	const headers = (url: string) => readAccess({ servers: { server } }, url).headers;
	expect(headers('http://h:1/api/prompt')).toEqual({ authorization: 'Bearer one' });
	expect(headers('http://h:1/two/api/prompt')).toEqual({ authorization: 'Bearer two' });
	expect(() => headers('http://h:12/api/prompt')).toThrow('does not lead to a server');
});
