import { mkdirSync, writeFileSync } from 'node:fs';
import { LittleComfyUi } from '../server';
import { picture } from '../client/support/workflows';
import { CliStage } from './support/cli';

let stage: CliStage;

beforeEach(async () => {
	stage = await CliStage.start({ auth: { kind: 'bearer', token: 'tok-secret-1' } });
	mkdirSync(stage.path('comfyui-workflows-cli'));
	writeFileSync(stage.path('picture.json'), JSON.stringify(picture()));
});
afterEach(() => stage.stop());

const configure = (text: string) => writeFileSync(stage.path('comfyui-workflows-cli/config.yaml'), text);

test('a profile has server and token file; the environment and options override it', async () => {
	writeFileSync(stage.path('comfyui-workflows-cli/token'), 'tok-secret-1\n', { mode: 0o600 });
	const server = `server: { url: '${stage.server.url}', tokenFile: token }`;
	configure(`profiles:\n  home:\n    ${server}\n    output: { to: pictures }\n`);
	const env = { COMFYUI_URL: '' };
	const { code, stdout, stderr } = await stage.run(['run', 'picture.json', '--profile', 'home'], { env });
	expect({ code, stdout }).toEqual({ code: 0, stdout: 'pictures/x_00001_.png\n' });
	expect(stderr).not.toContain('tok-secret-1');
	const other = await stage.run(['run', 'picture.json', '--profile', 'home', '-o', 'here'], { env });
	expect(other.stdout).toMatch(/^here\//);
	// The login of the file is not sent to another address.
	expect((await stage.run(['stats', '--profile', 'home', '--url', stage.server.url])).code).toBe(4);
});

test('the address of ComfyUI Serverless can have the name that its own clients read', async () => {
	const login = { COMFYUI_EMAIL: 'someone@example.com', COMFYUI_PASSWORD: 'a-password' };
	const env = {
		...login,
		COMFYUI_HOST: 'comfy-serverless',
		COMFYUI_URL: '',
		COMFYUI_API_URL: stage.server.url,
	};
	const { stderr } = await stage.run(['run', 'picture.json'], { env });
	expect(stage.server.requests.map(({ path }) => path)).toContain('/auth/login');
	expect(stderr).not.toContain('a-password');
	const { code } = await stage.run(['stats'], {
		env: { COMFYUI_URL: '', COMFYUI_API_URL: stage.server.url },
	});
	expect(code).not.toBe(0); // a server of one's own is not at that address
});

test('a wrong key of the file is named, with a suggestion', async () => {
	configure('output: { folder: x }\nbach: {}\n');
	const { code, stderr } = await stage.run(['stats']);
	expect(code).toBe(2);
	expect(stderr).toContain('there is no setting "output.folder"');
});

test('a token on the command line works with a warning, and is never printed', async () => {
	const { code, stdout, stderr } = await stage.run(['stats', '--token', 'tok-secret-1']);
	expect(code).toBe(0);
	expect(stderr).toContain('--token is visible to other users');
	expect(stdout + stderr).not.toContain('tok-secret-1');
	const wrong = await stage.run(['stats', '--token', 'tok-wrong-22', '--json']);
	expect(wrong.code).toBe(4);
	expect(wrong.stdout + wrong.stderr).not.toContain('tok-wrong-22');
});

test('several servers are used as one', async () => {
	const servers = await Promise.all([LittleComfyUi.start(), LittleComfyUi.start()]);
	try {
		const urls = servers.flatMap(({ url }) => ['--url', url]);
		const sweep = ['--sweep', 'EmptyImage.color=1..6', '-o', 'out', '--json'];
		const { code, documents } = await stage.run(['batch', 'picture.json', ...sweep, ...urls]);
		expect(code).toBe(0);
		expect(documents().at(-1)).toMatchObject({ ok: true, statistics: { done: 6, files: 6 } });
		const jobs = servers.map(
			({ requests }) =>
				requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/prompt')).length,
		);
		expect(Math.min(...jobs)).toBeGreaterThan(0);
	} finally {
		await Promise.all(servers.map((server) => server.stop()));
	}
});
