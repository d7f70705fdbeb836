import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { HostStage } from '../client/hosts/support/HostStage';
import { toParameters } from '../nodes/hosts/support/HostPlay';
import { HOSTS } from '../nodes/hosts/support/setups';
import { chain, ours, start as manually } from './support/flows';
import { loginPage } from './support/loginPage';
import { N8n } from './support/N8n';

const n8n = N8n.shared();

/** The credential with another address, or with other paths of one for a pool, which takes no address twice. */
function withAddress(
	credential: ICredentialDataDecryptedObject,
	url: string,
): ICredentialDataDecryptedObject {
	let count = 0;
	const replaced = JSON.stringify(credential, (_key, value: unknown) =>
		typeof value === 'string' && /^http/.test(value) ? `${url}${count++ > 0 ? `/${count}` : ''}` : value,
	);
	return JSON.parse(replaced) as ICredentialDataDecryptedObject;
}

describe.each(HOSTS)('%s', (_name, start, { host, credentialType, credential }) => {
	let stage: HostStage;
	beforeEach(async () => {
		stage = await start();
	});
	afterEach(async () => await stage.stop());

	it('passes the test of its credential', async () => {
		const tested = await n8n.testCredential(credential(stage, true), credentialType);
		expect(tested).toEqual({
			status: 'OK',
			message: expect.stringMatching(/^(Connected|Logged in)( to |\. 2 of 2 servers)/),
		});
	});

	it('says what to do about a wrong key or password, and repeats none', async () => {
		const { status, message } = await n8n.testCredential(credential(stage, false), credentialType);
		expect([status, message]).toEqual([
			'Error',
			expect.stringMatching(/key|token|password|refused the credentials/i),
		]);
		for (const secret of stage.secrets) expect(message).not.toContain(secret);
	});

	it('says so when nothing answers', async () => {
		const data = credential(stage, true);
		await stage.goDown();
		const { status, message } = await n8n.testCredential(data, credentialType);
		expect([status, message]).toEqual([
			'Error',
			expect.stringMatching(/^Nothing answers at http|^0 of 2 servers .* refused/),
		]);
	});

	it('says so when a web page answers', async () => {
		const page = await loginPage();
		const data = withAddress(credential(stage, true), page.url);
		const { status, message } = await n8n.testCredential(data, credentialType);
		await page.stop();
		expect([status, message]).toEqual([
			'Error',
			expect.stringMatching(/login page|did not answer the login in the form of/),
		]);
	});

	it('makes a picture with Run Workflow', async () => {
		const account = await n8n.credential(credential(stage, true), credentialType);
		const parameters = { host, ...toParameters(stage.job('picture')) };
		const node = ours('RunWorkflow', account, parameters, { credentials: { [credentialType]: account } });
		const execution = await n8n.run(chain(manually(), node));
		expect(execution.error?.message).toBeUndefined();
		const [item] = execution.items('RunWorkflow');
		expect(await execution.file(item)).toEqual(Buffer.from(stage.picture));
	});
});
