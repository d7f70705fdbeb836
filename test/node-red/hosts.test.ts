import { connectServer, type ServerConfig } from '../../packages/node-red/src/lib/hosts';

const config = (members: Partial<ServerConfig>): ServerConfig => ({
	id: 'server',
	type: 'comfyui-server',
	...members,
});

test.each([
	[{ host: 'selfHosted', url: 'comfy.test:8188/prefix/' }, {}, 'http://comfy.test:8188/prefix'],
	[{ host: 'comfyCloud' }, { apiKey: 'k-1' }, 'https://cloud.comfy.org'],
	[{ host: 'comfyApiV2', url: 'https://mine.test' }, { apiKey: 'k-1' }, 'https://mine.test'],
	[{ host: 'comfyDeploy' }, { apiKey: 'k-1' }, 'https://api.comfydeploy.com/api'],
	[
		{ host: 'comfyServerless', url: 'https://mine.test', serviceLogin: 'apiKey' },
		{ apiKey: 'k-1' },
		'https://mine.test',
	],
	[
		{ host: 'comfyServerless', url: 'https://mine.test' },
		{ user: 'a@b.test', password: 'p' },
		'https://mine.test',
	],
	[{ host: 'runComfy' }, { apiKey: 'k-1' }, 'https://api.runcomfy.net/prod/v2'],
	[{ host: 'runPod', endpointId: 'abc123' }, { apiKey: 'k-1' }, 'https://api.runpod.ai/v2'],
] as const)('the server node connects to %j', async (members, credentials, base) => {
	const client = connectServer(config(members), credentials, 'node-red-server-1');
	expect(client.host.base.startsWith(base)).toBe(true);
	await client.close();
});

test.each([
	[{ host: 'unheard' }, {}, 'The host of the ComfyUI server node is not known.'],
	[{ host: 'selfHosted', url: '' }, {}, 'The server URL is empty.'],
	[{ host: 'selfHosted', url: 'http://me:s-4711@a.test' }, {}, 'contains a login or query parameters'],
	[{ host: 'selfHosted', url: 'http://a.test?token=s-4711' }, {}, 'contains a login or query parameters'],
	[{ url: 'a.test', authentication: 'bearer' }, {}, '"Token" of the ComfyUI server node is empty.'],
	[
		{ url: 'a.test', authentication: 'bearer' },
		{ token: 's-4711\nx' },
		'"Token" of the ComfyUI server node contains',
	],
	[
		{ url: 'a.test', authentication: 'headers', headers: [{ name: 'X: y', key: 'header1' }] },
		{},
		'The name of a header',
	],
	[{ host: 'runPod', endpointId: 'abc' }, {}, 'The RunPod API key is empty.'],
	[{ host: 'pool', servers: [] }, {}, 'The pool has no servers.'],
] as const)(
	'the server node refuses %j with %j, without showing a secret',
	(members, credentials, message) => {
		const connect = () => connectServer(config(members as Partial<ServerConfig>), credentials, 'x');
		expect(connect).toThrow(message);
		expect(connect).not.toThrow('s-4711');
	},
);
