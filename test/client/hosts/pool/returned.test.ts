import { ComfyUiClient } from '../../../../nodes/client';
import { FaultyProxy } from '../../../faults/support/FaultyProxy';
import { LittleComfyUi } from '../../../server';
import { until } from '../../../support/until';
import { picture } from '../../support/workflows';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(20),
);

const timeoutMs = 3_600_000;

describe('a server of a pool whose proxy ends and comes back, behind which its jobs go on', () => {
	let servers: LittleComfyUi[];
	let proxy: FaultyProxy;
	let client: ComfyUiClient;

	beforeEach(async () => {
		servers = await Promise.all([1, 2].map(async () => await LittleComfyUi.start()));
		proxy = await FaultyProxy.start(servers[0].url);
		const [, b] = servers;
		client = ComfyUiClient.connect({
			servers: [
				{ url: proxy.url, name: 'a' },
				{ url: b.url, name: 'b' },
			],
		});
	});
	afterEach(async () => {
		await client.close();
		await proxy.stop();
		for (const server of servers) await server.stop();
		expect(servers.flatMap(({ damage }) => damage)).toEqual([]);
	});

	const submissions = () =>
		servers.map(
			({ requests }) =>
				requests.filter(({ method, path }) => method === 'POST' && path === '/api/prompt').length,
		);

	/** Begins a job, which goes to the first server: the second has more jobs of others. */
	async function begin(jobsOfOthers: [number, number]) {
		for (const [index, server] of servers.entries()) {
			server.faults.hold();
			for (let job = 0; job < jobsOfOthers[index]; job++)
				await server.submit(picture(job), { clientId: 'somebody' });
		}
		let isAccepted = false;
		const running = client.run(picture(200), { timeoutMs, onProgress: () => (isAccepted = true) });
		running.catch(() => {});
		await until(() => isAccepted, 'the job on the first server');
		return { running };
	}

	test('gives the result of a job that ended there, and the copy that waits elsewhere is cancelled', async () => {
		const [a, b] = servers;
		const { running } = await begin([0, 1]);
		await proxy.hangUp();
		await until(() => b.going.length === 2, 'the copy on the second server');
		a.faults.release();
		await a.idle();
		await proxy.behave();
		expect(await running).toMatchObject({ server: 'a', attempts: 2, warnings: [] });
		expect(b.going).toHaveLength(1);
		b.faults.release();
		expect(submissions()).toEqual([1, 1]);
	});

	test('gives the result of a job whose submission was not answered before', async () => {
		const [a, b] = servers;
		for (const { faults } of servers) faults.hold();
		await b.submit(picture(), { clientId: 'somebody' });
		a.faults.holdAnswer({ method: 'POST', path: /\/prompt$/ });
		const running = client.run(picture(200), { timeoutMs });
		running.catch(() => {});
		await until(() => a.going.length === 1, 'the job on the first server');
		await proxy.hangUp();
		await until(() => b.going.length === 2, 'the copy on the second server');
		a.faults.release();
		await proxy.behave();
		expect(await running).toMatchObject({ server: 'a' });
		expect(b.going).toHaveLength(1);
		b.faults.release();
	});

	test('gives the result of a job that still runs there', async () => {
		const [a, b] = servers;
		const { running } = await begin([0, 1]);
		await proxy.hangUp();
		await until(() => b.going.length === 2, 'the copy on the second server');
		await proxy.behave();
		await until(() => b.going.length === 1, 'the copy to be cancelled');
		expect(a.going).toHaveLength(1);
		for (const { faults } of servers) faults.release();
		expect(await running).toMatchObject({ server: 'a', attempts: 2 });
	});

	test('loses a job that only waits there while its copy runs elsewhere', async () => {
		const [a, b] = servers;
		const { running } = await begin([1, 2]);
		b.faults.release();
		await b.idle();
		const started = b.faults.holdAt('executing');
		await proxy.hangUp();
		await started;
		await proxy.behave();
		await until(() => a.going.length === 1, 'the job to be cancelled on the first server');
		for (const { faults } of servers) faults.release();
		expect(await running).toMatchObject({ server: 'b', attempts: 2 });
		await a.idle();
		expect(submissions()).toEqual([1, 1]);
	});

	test('gets no second copy of a job while no other server can be used', async () => {
		const [a, b] = servers;
		const { running } = await begin([0, 1]);
		await b.stop();
		await proxy.hangUp();
		a.faults.release();
		await a.idle();
		await proxy.behave();
		expect(await running).toMatchObject({ server: 'a' });
		expect(submissions()).toEqual([1, 0]);
	});
});
