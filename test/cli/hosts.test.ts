import { readFileSync, writeFileSync } from 'node:fs';
import type { HostStage } from '../client/hosts/support/HostStage';
import { ComfyDeployStage } from '../client/hosts/support/comfyDeployStage';
import { ComfyServerlessStage } from '../client/hosts/support/comfyServerlessStage';
import { comfyApiV2Stage, comfyCloudStage } from '../client/hosts/support/comfyOrgStages';
import { RunComfyStage } from '../client/hosts/support/runComfyStage';
import { RunPodStage } from '../client/hosts/support/runPodStage';
import { selfHostedStage } from '../client/hosts/support/selfHostedStage';
import { picture } from '../client/support/workflows';
import { LittleComfyUi } from '../server';
import { until } from '../support/until';
import { CliStage } from './support/cli';

type Env = Record<string, string>;

/** A stand-in, and how the program is told to use it. */
interface Place {
	stage: HostStage;
	env: Env;
	/** What replaces the login by a wrong one. */
	wrong: Env;
}

const BAD = { COMFYUI_TOKEN: 'wrong-token-canary' };

/** A stage whose key is the first of its secrets. */
function withKey(stage: HostStage, env: Env): Place {
	return { stage, env: { ...env, COMFYUI_TOKEN: stage.secrets[0] }, wrong: BAD };
}

const base = (stage: HostStage) => stage.connect().host.base;

const PLACES: Array<[name: string, start: () => Promise<Place>]> = [
	[
		'self-hosted',
		async () => {
			const stage = await selfHostedStage();
			return withKey(stage, { COMFYUI_URL: base(stage) });
		},
	],
	[
		'comfy-cloud',
		async () => {
			const stage = await comfyCloudStage();
			return withKey(stage, { COMFYUI_HOST: 'comfy-cloud', COMFYUI_URL: base(stage) });
		},
	],
	[
		'comfy-api-v2',
		async () => {
			const stage = await comfyApiV2Stage();
			return withKey(stage, { COMFYUI_HOST: 'comfy-api-v2', COMFYUI_URL: base(stage) });
		},
	],
	[
		'runpod',
		async () => {
			const stage = await RunPodStage.start();
			const { url, endpointId } = stage.server;
			return withKey(stage, {
				COMFYUI_HOST: 'runpod',
				COMFYUI_URL: url,
				COMFYUI_ENDPOINT: endpointId,
			});
		},
	],
	[
		'runcomfy',
		async () => {
			const stage = await RunComfyStage.start();
			return withKey(stage, { COMFYUI_HOST: 'runcomfy', COMFYUI_URL: stage.server.url });
		},
	],
	[
		'comfy-deploy',
		async () => {
			const stage = await ComfyDeployStage.start();
			return withKey(stage, { COMFYUI_HOST: 'comfy-deploy', COMFYUI_URL: stage.server.url });
		},
	],
	[
		'comfy-deploy, open source',
		async () => {
			const stage = await ComfyDeployStage.start({ generation: 'webApp' });
			return withKey(stage, { COMFYUI_HOST: 'ComfyDeploy', COMFYUI_URL: stage.server.url });
		},
	],
	[
		'comfy-serverless',
		async () => {
			const stage = await ComfyServerlessStage.start();
			const { url, accounts } = stage.server;
			const login = { COMFYUI_EMAIL: accounts.email, COMFYUI_PASSWORD: accounts.password };
			const env = { COMFYUI_HOST: 'comfy-serverless', COMFYUI_URL: url, ...login };
			return { stage, env, wrong: { COMFYUI_PASSWORD: 'wrong-password-canary' } };
		},
	],
];

let cli: CliStage;
let place: Place | undefined;

beforeEach(async () => {
	cli = await CliStage.start();
});
afterEach(async () => {
	await place?.stage.stop();
	place = undefined;
	await cli.stop();
});

/** The arguments that run a job of the stage. */
function jobOf({ stage }: Place, kind: 'picture' | 'slow' | 'failing'): string[] {
	const { workflow, options } = stage.job(kind);
	if (options?.deployment) {
		const { id, inputs } = options.deployment;
		const set = Object.entries(inputs ?? {}).flatMap(([name, value]) => [
			'--set',
			`${name}=${String(value)}`,
		]);
		return ['run', `deployment:${id}`, ...set];
	}
	writeFileSync(cli.path('job.json'), JSON.stringify(workflow));
	return ['run', 'job.json'];
}

/** No secret is printed. */
function expectNoSecret({ stage, wrong }: Place, { stdout, stderr }: { stdout: string; stderr: string }) {
	for (const secret of [...stage.secrets, ...Object.values(wrong)])
		expect(stdout + stderr).not.toContain(secret);
}

describe.each(PLACES)('%s', (_, start) => {
	beforeEach(async () => {
		place = await start();
	});

	test('runs a workflow and saves its file; stats, a failed job and a wrong login have their exit codes', async () => {
		const here = place as Place;
		const { stage, env, wrong } = here;
		const run = await cli.run([...jobOf(here, 'picture'), '-o', 'out/{index}.png'], { env });
		expect(run).toMatchObject({ code: 0, stdout: 'out/1.png\n' });
		expect(Buffer.compare(readFileSync(cli.path('out/1.png')), Buffer.from(stage.picture))).toBe(0);

		const stats = await cli.run(['stats', '--json'], { env });
		expect(stats.code).toBe(0);
		expect(stats.documents().at(-1)).toMatchObject({ type: 'result', ok: true });

		const failed = await cli.run([...jobOf(here, 'failing'), '--json', '--no-check', '--retries', '0'], {
			env,
		});
		expect(failed.code).toBe(1);
		expect(failed.documents().at(-1)).toMatchObject({ ok: false, error: { code: 'execution' } });

		const refused = await cli.run([...jobOf(here, 'picture'), '--json'], { env: { ...env, ...wrong } });
		expect(refused.code).toBe(4);
		expect(refused.documents().at(-1)).toMatchObject({ ok: false, error: { code: 'authentication' } });
		[run, stats, failed, refused].forEach((ended) => expectNoSecret(here, ended));
	});

	test('Ctrl-C cancels the job', async () => {
		const here = place as Place;
		const { child, ended } = cli.start(jobOf(here, 'slow'), { env: here.env });
		await until(() => here.stage.going().length > 0);
		child.kill('SIGINT');
		expect((await ended).code).toBe(130);
		here.stage.release();
		await until(() => here.stage.going().length === 0);
	});
});

describe('several --url', () => {
	test('run uses all servers of the pool, and the others when one is down', async () => {
		const servers = await Promise.all([LittleComfyUi.start(), LittleComfyUi.start()]);
		try {
			writeFileSync(cli.path('job.json'), JSON.stringify(picture()));
			const urls = servers.flatMap(({ url }) => ['--url', url]);
			const run = async () => await cli.run(['run', 'job.json', '-n', '4', '-o', 'out', ...urls]);
			const both = await run();
			expect(both.code).toBe(0);
			expect(both.stdout.trim().split('\n')).toHaveLength(4);
			const jobs = ({ requests }: LittleComfyUi) =>
				requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/prompt')).length;
			expect(servers.map(jobs)).toEqual([2, 2]);
			await servers[0].stop();
			expect((await run()).code).toBe(0);
			expect(jobs(servers[1])).toBe(6);
		} finally {
			await servers[1].stop();
		}
	});
});
