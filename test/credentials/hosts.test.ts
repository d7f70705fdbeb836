import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { HostStage } from '../client/hosts/support/HostStage';
import { startWholeEngine } from '../nodes/hosts/support/engine';
import { HOSTS, type HostSetup } from '../nodes/hosts/support/setups';
import { LittleComfyUi } from '../server';
import type { Engine } from '../support/engine';

let engine: Engine;
beforeAll(async () => {
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());

const OK: Record<string, RegExp> = {
	'Comfy Cloud': /^OK: Connected to Comfy Cloud\.$/,
	'Comfy API v2': /^OK: Connected to the Comfy API at {base}\.$/,
	RunPod: /^OK: Connected to the RunPod endpoint \(workers: 1 idle, 0 running\)\.$/,
	RunComfy: /^OK: Connected to RunComfy \(4 deployments\)\.$/,
	'ComfyUI Deploy': /^OK: Connected to ComfyUI Deploy \(hosted\)\.$/,
	'ComfyUI Deploy, open source': /^OK: Connected to ComfyUI Deploy \(web app\)\.$/,
	'ComfyUI Serverless': /^OK: Connected to ComfyUI Serverless as someone\.$/,
};
/** Self-hosted servers and the pool have tests of their own. */
const services = HOSTS.filter(([name]) => name !== 'self-hosted' && name !== 'pool');

describe.each(services)('the test of the credential for %s', (name, start, setup: HostSetup) => {
	let stage: HostStage;
	beforeEach(async () => {
		stage = await start();
	});
	afterEach(async () => await stage.stop());

	/** What the user reads; `{base}` is the address. */
	async function verdict(changes: ICredentialDataDecryptedObject = {}, valid = true): Promise<string> {
		const data = { ...setup.credential(stage, valid), ...changes };
		const { status, message } = await engine.testCredential(setup.credentialType, data);
		for (const secret of stage.secrets) expect(message).not.toContain(secret);
		return `${status}: ${message.replaceAll(String(data.baseUrl), '{base}')}`;
	}

	test('tells that all is well', async () => {
		expect(await verdict()).toMatch(OK[name]);
	});

	test('tells that key or password are refused', async () => {
		expect(await verdict({}, false)).toMatch(/^Error: .*(refused|does not allow).*Check /);
	});

	test('tells that nothing answers, without a word about a ComfyUI of one’s own', async () => {
		const data = setup.credential(stage, true);
		await stage.goDown();
		const text = await verdict(data);
		expect(text).toMatch(/^Error: Nothing answers at .*: the connection was refused\. Check the base URL/);
		expect(text).not.toMatch(/--listen|Start ComfyUI|8188/);
	});

	test('tells that the host name is unknown', async () => {
		const text = await verdict({ baseUrl: 'http://host.invalid' });
		expect(text).toBe(
			'Error: The host name "host.invalid" could not be resolved. Check the spelling of the base URL in the credential.',
		);
	});

	test('tells that something else answers', async () => {
		const other = await LittleComfyUi.start();
		other.faults.respond({ path: /./ }, { status: 200, body: '<html><body>Welcome to nginx!</body></html>' });
		const text = await verdict({ baseUrl: other.url });
		await other.stop();
		expect(text).toMatch(/^Error: .*(web page|no login|not|form)/);
		expect(text).toMatch(/base URL/);
		expect(text).not.toMatch(/--listen|ComfyUI editor|ComfyUI log/);
	});

	test.each([404, 502])('tells that a server answers with %s', async (status) => {
		const other = await LittleComfyUi.start();
		other.faults.respond({ path: /./ }, { status });
		const text = await verdict({ baseUrl: other.url });
		await other.stop();
		expect(text).toMatch(new RegExp(`^Error: .*(${status}|not a ComfyUI Deploy)`));
		expect(text).not.toMatch(/--listen|ComfyUI editor|ComfyUI log/);
	});
});
