import { LittleComfyUi, type LittleComfyUiOptions } from '../server';
import { N8n } from './support/N8n';

const n8n = N8n.shared();

async function tested(options: LittleComfyUiOptions, data: Record<string, string> = {}) {
	const server = await LittleComfyUi.start(options);
	try {
		return await n8n.testCredential({ url: server.url, ...data });
	} finally {
		await server.stop();
	}
}

const guarded: LittleComfyUiOptions = { auth: { kind: 'basic', user: 'me', password: 'right' } };
const basic = (password: string) => ({ authentication: 'basic', user: 'me', password });

describe('the test of a credential', () => {
	it('says which ComfyUI it is connected to', async () => {
		expect(await tested({})).toMatchObject({
			status: 'OK',
			message: expect.stringMatching(/^Connected to ComfyUI 0\.33\.0/),
		});
	});

	it('is passed with the right password', async () => {
		expect(await tested(guarded, basic('right'))).toMatchObject({ status: 'OK' });
	});

	it.each([
		['the password is wrong', guarded, basic('wrong'), /401|refused|password/i],
		['there is no password', guarded, {}, /401|refused|authentication/i],
		['a login page answers', { auth: { kind: 'login', token: 'secret' } } as const, {}, /login page/],
	])('says so when %s', async (_what, options, data, text) => {
		expect(await tested(options, data)).toEqual({ status: 'Error', message: expect.stringMatching(text) });
	});

	it('says so when nothing answers', async () => {
		const server = await LittleComfyUi.start();
		const { url } = server;
		await server.stop();
		const { status, message } = await n8n.testCredential({ url });
		expect(status).toBe('Error');
		expect(message).toMatch(/Nothing answers at .*refused.*--listen/s);
	});
});
