import { ComfyUiClient, JobGroup, type ApiWorkflow } from '../../../../nodes/client';
import { until } from '../../../support/until';
import { caught } from '../../support/caught';
import { picture, textToImage } from '../../support/workflows';
import { onPool } from './support/PoolStage';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;
const two = ['one.safetensors', 'two.safetensors'];
const withModels = (checkpoints: string[]) => ({ models: { checkpoints } });

describe('a job of a pool', () => {
	test('goes to the server with the fewest jobs, and says to which', () =>
		onPool(async (stage) => {
			const [a] = stage.servers;
			a.faults.hold();
			await a.submit(picture(1));
			const job = await stage.connect().queuePrompt(picture(2));
			expect(job.server).toBe('b');
			expect(job.promptId).toMatch(/^[\da-f-]{36}@b$/);
			expect(stage.submissions()).toEqual([0, 1]);
			a.faults.release();
		}));

	test('counts the jobs of the pool itself without asking again', () =>
		onPool(async (stage) => {
			for (const { faults } of stage.servers) faults.hold();
			const client = stage.connect();
			for (let color = 0; color < 8; color++) await client.queuePrompt(picture(color), { events: false });
			expect(stage.submissions()).toEqual([4, 4]);
			for (const { faults } of stage.servers) faults.release();
		}));

	test('goes where the same models were loaded last, when servers are equally busy', () =>
		onPool(
			async (stage) => {
				const client = stage.connect();
				const run = async (checkpoint: string) =>
					(await client.run(textToImage(Math.random() * 1e9, checkpoint), { timeoutMs })).server;
				const first = await run('one.safetensors');
				stage.servers.forEach(({ faults }, index) => {
					if ('ab'[index] === first) faults.hold();
				});
				const busy = first === 'a' ? stage.servers[0] : stage.servers[1];
				await busy.submit(picture(9));
				const second = await run('two.safetensors');
				expect(second).not.toBe(first);
				busy.faults.release();
				await busy.idle();
				for (let times = 0; times < 3; times++) {
					expect(await run('two.safetensors')).toBe(second);
					expect(await run('one.safetensors')).toBe(first);
				}
			},
			[withModels(two), withModels(two)],
		));

	test('goes only to servers that have its models and its node types', () =>
		onPool(
			async (stage) => {
				const client = stage.connect();
				const [a, b] = stage.servers;
				b.faults.hold();
				await b.submit(picture(1));
				const { server } = await client.queuePrompt(textToImage(1, 'two.safetensors'));
				expect(server).toBe('b');
				b.faults.release();
				a.faults.hold();
				await a.submit(picture(2));
				expect((await client.queuePrompt(textToImage(2, 'one.safetensors'))).server).toBe('a');
				a.faults.release();
			},
			[withModels(['one.safetensors']), withModels(['two.safetensors'])],
		));

	test('that no server can run is refused with what each lacks, and nothing is sent', () =>
		onPool(
			async (stage) => {
				const client = stage.connect();
				const error = await caught(client.queuePrompt(textToImage(1, 'three.safetensors')));
				expect(error).toMatchObject({ code: 'validation' });
				expect(error.message).toContain('a: lacks the model "three.safetensors" (checkpoints)');
				expect(error.message).toContain('b: lacks the model "three.safetensors" (checkpoints)');
				const unknown: ApiWorkflow = { ...picture(), '7': { class_type: 'NoSuchNode', inputs: {} } };
				expect((await caught(client.queuePrompt(unknown))).message).toContain('the node type "NoSuchNode"');
				expect(stage.submissions()).toEqual([0, 0]);
			},
			[withModels(two), withModels(two)],
		));

	test('goes to a server with the tag that it asks for', () =>
		onPool(async (stage) => {
			const client = stage.connect([{}, { tag: 'large' }]);
			const [, b] = stage.servers;
			b.faults.hold();
			await b.submit(picture(1));
			const job = await client.queuePrompt(picture(2), { hostOptions: { tag: 'large' } });
			expect(job.server).toBe('b');
			const error = await caught(client.queuePrompt(picture(3), { hostOptions: { tag: 'huge' } }));
			expect(error).toMatchObject({ code: 'invalid-input', hint: 'The tags are large.' });
			b.faults.release();
		}));

	test('goes to a server with twice the weight twice as often', () =>
		onPool(async (stage) => {
			for (const { faults } of stage.servers) faults.hold();
			const client = stage.connect([{ weight: 2 }]);
			for (let color = 0; color < 9; color++) await client.queuePrompt(picture(color), { events: false });
			expect(stage.submissions()).toEqual([6, 3]);
			for (const { faults } of stage.servers) faults.release();
		}));

	test('goes to another server when one refuses it', () =>
		onPool(async (stage) => {
			const busy = { status: 429, headers: { 'retry-after': '60' }, body: 'slow down' };
			stage.servers[0].faults.respond({ method: 'POST', path: /\/prompt$/ }, busy);
			const client = stage.connect();
			const jobs = [];
			for (let color = 0; color < 3; color++) jobs.push(await client.queuePrompt(picture(color)));
			expect(jobs.map(({ server }) => server)).toEqual(['b', 'b', 'b']);
			expect(stage.servers[0].going).toEqual([]);
			expect(stage.submissions()[0]).toBeLessThanOrEqual(1);
		}));

	test('that no server takes is refused with the reason of each', () =>
		onPool(async (stage) => {
			const client = stage.connect();
			await stage.servers[0].stop();
			stage.servers[1].faults.respond({ path: /\/prompt$/ }, { status: 500, body: 'broken' });
			const error = await caught(client.queuePrompt(picture()));
			expect(error.code).toBe('connection');
			expect(error.message).toMatch(/^No server of the pool can be used\. a: .*refused; b: .*500/);
		}));
});

describe('jobs that a pool runs', () => {
	test('wait until a server is free, so that none idles while another has more than one waiting', () =>
		onPool(
			async (stage) => {
				for (const { faults } of stage.servers) faults.hold();
				const client = stage.connect();
				const group = new JobGroup();
				const all = Array.from(
					{ length: 12 },
					async (_, color) => await client.run(picture(color), { timeoutMs, group }),
				);
				const going = () => stage.servers.map((server) => server.going.length);
				await until(() => going().every((count) => count === 2), 'two jobs on each server');
				expect(going()).toEqual([2, 2, 2]);
				for (const { faults } of stage.servers) faults.release();
				const results = await Promise.all(all);
				expect(results.every(({ attempts }) => attempts === 1)).toBe(true);
				expect(new Set(results.map(({ server }) => server))).toEqual(new Set(['a', 'b', 'c']));
			},
			[{}, {}, {}],
		));

	test('do not wait behind jobs that need another server', () =>
		onPool(
			async (stage) => {
				const [a] = stage.servers;
				a.faults.hold();
				const client = stage.connect();
				const group = new JobGroup();
				const run = async (checkpoint: string, seed: number) =>
					await client.run(textToImage(seed, checkpoint), { timeoutMs, group });
				const waiting = [1, 2, 3, 4].map(async (seed) => await run('one.safetensors', seed));
				expect(await run('two.safetensors', 5)).toMatchObject({ server: 'b' });
				expect(a.going.length).toBeGreaterThan(0);
				a.faults.release();
				for (const job of waiting) expect(await job).toMatchObject({ server: 'a' });
			},
			[withModels(['one.safetensors']), withModels(['two.safetensors'])],
		));

	test('get their turn on servers that others keep busy', () =>
		onPool(async (stage) => {
			for (const server of stage.servers) {
				server.faults.hold();
				for (const color of [1, 2, 3]) await server.submit(picture(color));
			}
			const running = stage.connect().run(picture(4), { timeoutMs });
			await until(() => stage.submissions().includes(1), 'the job behind those of others');
			for (const { faults } of stage.servers) faults.release();
			expect(await running).toMatchObject({ status: 'success' });
		}));

	test('wait for a server until the timeout, with one error that names each with its reason', () =>
		onPool(async (stage) => {
			const client = stage.connect();
			for (const server of stage.servers) await server.stop();
			const error = await caught(client.run(picture(), { timeoutMs: 20_000 }));
			expect(error.code).toBe('timeout');
			expect(error.message).toMatch(/within 20 s\. No server of the pool .* a: .*refused; b: .*refused/);
		}));

	test('are not submitted again and again to servers that refuse them and ask for no pause', () =>
		onPool(async (stage) => {
			const refused = { status: 429, headers: { 'retry-after': '0' }, body: 'too many' };
			for (const { faults } of stage.servers) faults.respond({ method: 'POST', path: /\/prompt$/ }, refused);
			const error = await caught(stage.connect().run(picture(), { timeoutMs: 60_000 }));
			expect(error.code).toBe('timeout');
			// after 0, 1, 3, 7, 15, 30 and 45 s; without a pause it would be thousands
			expect(Math.max(...stage.submissions())).toBeLessThanOrEqual(7);
		}));

	test('are not sent when they are stopped while they wait', () =>
		onPool(async (stage) => {
			for (const server of stage.servers) {
				server.faults.hold();
				await server.submit(picture(1));
				await server.submit(picture(2));
			}
			const stop = new AbortController();
			const error = caught(stage.connect().run(picture(4), { timeoutMs, signal: stop.signal }));
			stop.abort();
			expect((await error).code).toBe('aborted');
			for (const { faults } of stage.servers) faults.release();
			await Promise.all(stage.servers.map(async (server) => await server.idle()));
			expect(stage.submissions()).toEqual([0, 0]);
		}));
});

describe('the question for the length of a queue', () => {
	test('is asked once in a second at most, however many jobs there are', () =>
		onPool(async (stage) => {
			for (const { faults } of stage.servers) faults.hold();
			const client = stage.connect();
			const jobs = Array.from(
				{ length: 50 },
				async (_, color) => await client.queuePrompt(picture(color), { events: false }),
			);
			await Promise.all(jobs);
			expect(Math.max(...stage.questions())).toBeLessThanOrEqual(3); // the clock of this test is fast
			for (const { faults } of stage.servers) faults.release();
		}));

	test('is answered by one server while another is silent', () =>
		onPool(async (stage) => {
			stage.servers[0].faults.holdRequest({ path: /\/prompt$/ });
			const job = await stage.connect().queuePrompt(picture());
			expect(job.server).toBe('b');
			stage.servers[0].faults.clear();
		}));
});

describe('the list of servers', () => {
	test.each([
		['no server', []],
		['a name with an at sign', [{ url: 'http://h1', name: 'a@b' }]],
		[
			'a name twice',
			[
				{ url: 'http://h1', name: 'a' },
				{ url: 'http://h2', name: 'A' },
			],
		],
		[
			'an address twice',
			[
				{ url: 'http://h1', name: 'a' },
				{ url: 'http://h1/', name: 'b' },
			],
		],
		['a weight of 0', [{ url: 'http://h1', weight: 0 }]],
		['a URL that is none', [{ url: 'ftp://secret:canary@h1' }]],
	])('is refused with %s, without a secret', (_, servers) => {
		const error = (() => {
			try {
				return ComfyUiClient.connect({ servers });
			} catch (thrown) {
				return thrown as { code: string; message: string };
			}
		})();
		expect(error).toMatchObject({ code: 'invalid-input' });
		expect(JSON.stringify(error)).not.toContain('canary');
	});

	test('gives servers without a name one from their address, without its secrets', () =>
		onPool(async (stage) => {
			const [{ url }] = stage.servers;
			const client = ComfyUiClient.connect({ servers: [{ url: url.replace('://', '://user:canary@') }] });
			const { server } = await client.queuePrompt(picture());
			expect(server).toBe(new URL(url).host.replace(':', '-'));
			await client.close();
		}));
});
