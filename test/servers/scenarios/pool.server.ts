import { ComfyUiClient } from '../../../nodes/client';
import { encodePng } from '../../server/pictures/encodePng';
import { flatPicture } from '../../server/pictures/Picture';
import { Watch } from '../../client/watch/Watch';
import { freePort } from '../../e2e/support/freePort';
import { collect, failure, serverUnderTest } from '../support/ServerUnderTest';
import { load, picture, save, slow, unique } from '../support/workflows';

/** A pool of the real server and one that is down. */

const server = serverUnderTest();
let pool: ComfyUiClient;
beforeAll(async () => {
	const down = `http://127.0.0.1:${await freePort()}`;
	pool = ComfyUiClient.connect({
		servers: [
			{ name: 'up', url: server.url },
			{ name: 'down', url: down },
		],
	});
});
afterAll(async () => await pool.close());

const timeoutMs = 30_000;

test('a pool runs jobs on the server that answers, and brings their files', async () => {
	const prefixes = ['red', 'blue', 'green'].map((name) => unique(`pool_${name}`));
	const results = await Promise.all(
		prefixes.map(async (prefix) => await pool.run(picture(prefix), { timeoutMs })),
	);
	for (const [index, result] of results.entries()) {
		expect(result).toMatchObject({
			server: 'up',
			promptId: expect.stringMatching(/@up$/),
			files: [{ filename: expect.stringContaining(prefixes[index]) }],
		});
		const bytes = await collect(await pool.download(result.files[0]));
		expect(bytes.toString('latin1', 1, 4)).toBe('PNG');
	}
});

test('a pool uploads a file, and a job loads it', async () => {
	const data = encodePng(flatPicture(24, 12, 0x336699));
	const { value } = await pool.uploadImage({ data, filename: `${unique('pool')}.png` });
	const result = await pool.run({ '1': load(value), '2': save('1') }, { timeoutMs });
	const bytes = await collect(await pool.download(result.files[0]));
	expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([24, 12]);
});

test('a pool cancels a job that runs, and leaves that of another client alone', async () => {
	const running = await pool.queuePrompt(slow(10, 100));
	const id = running.promptId.replace(/@up$/, '');
	await server.running({ ...running, promptId: id });
	const foreign = await server.other.queuePrompt(slow(0.3));
	expect(await pool.cancel(running.promptId)).toBe('interrupted');
	await failure(pool.waitForCompletion(running.promptId, { timeoutMs }), 'cancelled');
	expect((await server.wait(foreign)).files).toHaveLength(1);
});

test('the watch of a pool names the server of a job', async () => {
	const watch = await Watch.begun(pool, { events: ['finished'] });
	const { promptId } = await server.other.queuePrompt(picture());
	expect(await watch.seen('finished')).toMatchObject([{ server: 'up', job: { promptId: `${promptId}@up` } }]);
	expect(await watch.stop()).toBeUndefined();
});
