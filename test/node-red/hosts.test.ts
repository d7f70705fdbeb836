import {
	connectServer,
	type ServerConfig,
	type ServerCredentials,
} from '../../packages/node-red/src/lib/hosts';
import type { ComfyDeployStage } from '../client/hosts/support/comfyDeployStage';
import type { ComfyServerlessStage } from '../client/hosts/support/comfyServerlessStage';
import type { HostStage, StageJob } from '../client/hosts/support/HostStage';
import type { PoolHostStage } from '../client/hosts/support/poolStage';
import type { RunComfyStage } from '../client/hosts/support/runComfyStage';
import type { RunPodStage } from '../client/hosts/support/runPodStage';
import { STAGES } from '../client/hosts/support/stages';
import { json, onFlow } from './support/onFlow';

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

/** The members and the secrets of a server node for a stage. @param name of the stage in the table */
function setup(
	name: string,
	stage: HostStage,
): [config: Partial<ServerConfig>, credentials: ServerCredentials] {
	const [first] = stage.secrets;
	const url = stage.connect().host.base;
	switch (name) {
		case 'self-hosted':
			return [{ host: 'selfHosted', url, authentication: 'bearer' }, { token: first }];
		case 'pool': // the servers of a Node-RED pool share the login, those of the stage do not
			return [
				{ host: 'pool', authentication: 'bearer', servers: [{ url: (stage as PoolHostStage).urls[0] }] },
				{ token: first },
			];
		case 'RunPod': {
			const { url: runPod, endpointId } = (stage as RunPodStage).server;
			return [{ host: 'runPod', url: runPod, endpointId }, { apiKey: first }];
		}
		case 'RunComfy':
			return [{ host: 'runComfy', url: (stage as RunComfyStage).server.url }, { apiKey: first }];
		case 'ComfyUI Deploy':
		case 'ComfyUI Deploy, open source':
			return [{ host: 'comfyDeploy', url: (stage as ComfyDeployStage).server.url }, { apiKey: first }];
		case 'ComfyUI Serverless': {
			const { url: service, accounts } = (stage as ComfyServerlessStage).server;
			return [
				{ host: 'comfyServerless', url: service },
				{ user: accounts.email, password: accounts.password },
			];
		}
		default:
			return [{ host: name === 'Comfy Cloud' ? 'comfyCloud' : 'comfyApiV2', url }, { apiKey: first }];
	}
}

function toMembers({ workflow, options }: StageJob): Record<string, unknown> {
	if (!options?.deployment) return json(workflow);
	const values = Object.entries(options.deployment.inputs ?? {}).map(([input, value]) => ({
		input,
		value: String(value),
		type: 'str',
	}));
	return { source: 'deployment', sourceName: options.deployment.id, values };
}

describe.each(STAGES)('on %s', (name, start) => {
	let stage: HostStage;
	beforeEach(async () => {
		stage = await start();
	});
	afterEach(async () => await stage.stop());

	test('comfyui-run sends the picture, and Catch gets a failed job without a secret', async () => {
		const [server, credentials] = setup(name, stage);
		const surroundings = { config: { ...server }, credentials: { server: credentials } };
		await onFlow(
			'comfyui-run',
			toMembers(stage.job('picture')),
			async (flow) => {
				flow.receive({ topic: 'garden' });
				const [message] = await flow.untilMessages(1);
				expect(Uint8Array.from(message.payload as Buffer)).toEqual(Uint8Array.from(stage.picture));
				await flow.redeploy(toMembers(stage.job('failing')));
				flow.receive({ topic: 'garden' });
				const [{ error }] = await flow.untilErrors();
				expect(error.code).toBe('execution');
				const shown = JSON.stringify([message, error, flow.statuses]);
				for (const secret of stage.secrets) expect(shown).not.toContain(secret);
			},
			surroundings,
		);
	});
});
