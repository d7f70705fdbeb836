import { assertRunnable, ComfyUiClient, reportText, type ApiWorkflow } from '../../../../nodes/client';
import { caught } from '../../support/caught';
import { textToImage } from '../../support/workflows';
import { onPool } from './support/PoolStage';

const ONE = { models: { checkpoints: ['one.safetensors', 'both.safetensors'] } };
const TWO = { models: { checkpoints: ['two.safetensors', 'both.safetensors'] } };
const lacking = (model: string) => expect.stringContaining(`lacks the model "${model}"`) as string;

/** Two pictures of two checkpoints, which no server has both. */
function ofBoth(): ApiWorkflow {
	const second = Object.entries(textToImage(2, 'two.safetensors')).map(([id, { class_type, inputs }]) => {
		const moved = Object.entries(inputs).map(([name, value]) => [
			name,
			Array.isArray(value) ? [`1${String(value[0])}`, value[1]] : value,
		]);
		return [`1${id}`, { class_type, inputs: Object.fromEntries(moved) as ApiWorkflow[string]['inputs'] }];
	});
	return { ...textToImage(1, 'one.safetensors'), ...(Object.fromEntries(second) as ApiWorkflow) };
}

describe('the check of a workflow on a pool', () => {
	test('names the servers that can run it, and what the others lack', () =>
		onPool(
			async (stage) => {
				const report = await stage.connect().checkWorkflow(textToImage(1, 'one.safetensors'));
				expect(report).toMatchObject({
					ok: true,
					servers: ['a'],
					unsuitableServers: [{ server: 'b', reason: lacking('one.safetensors') }],
				});
				expect(reportText(report)).toEqual([]);
			},
			[ONE, TWO],
		));

	test('is not passed by a workflow whose parts are on different servers, and says what each lacks', () =>
		onPool(
			async (stage) => {
				const report = await stage.connect().checkWorkflow(ofBoth());
				expect(report).toMatchObject({
					ok: false,
					servers: [],
					missingChoices: [],
					unsuitableServers: [
						{ server: 'a', reason: lacking('two.safetensors') },
						{ server: 'b', reason: lacking('one.safetensors') },
					],
				});
				expect(() => assertRunnable(report)).toThrow(
					/^The workflow cannot run on this server\. No single server of the pool has all that the workflow needs\. a: lacks .* b: lacks /,
				);
			},
			[ONE, TWO],
		));

	test('names the server that has a node type which the others lack', () =>
		onPool(
			async (stage) => {
				const report = await stage.connect().checkWorkflow(textToImage(1, 'both.safetensors'));
				expect(report).toMatchObject({
					ok: true,
					servers: ['b'],
					unsuitableServers: [{ server: 'a', reason: 'lacks the node type "KSampler"' }],
				});
			},
			[{ ...ONE, objectInfo: { KSampler: null } }, TWO],
		));

	test('names a server that is down among those that cannot run it', () =>
		onPool(
			async (stage) => {
				await stage.servers[0].stop();
				const client = stage.connect();
				expect(await client.checkWorkflow(textToImage(1, 'two.safetensors'))).toMatchObject({
					ok: true,
					servers: ['b'],
					unsuitableServers: [{ server: 'a', reason: expect.stringMatching(/refused/) as string }],
				});
			},
			[ONE, TWO],
		));

	test('cannot tell while the only server that may have everything is down', () =>
		onPool(
			async (stage) => {
				const [a, b, like] = stage.servers;
				const alone = ComfyUiClient.connect({ url: like.url });
				const objectInfo = await alone.objectInfo().finally(async () => await alone.close());
				await a.stop();
				const client = ComfyUiClient.connect({
					servers: [
						{ url: a.url, name: 'a' },
						{ url: b.url, name: 'b' },
					],
				});
				const check = client.checkWorkflow(textToImage(1, 'one.safetensors'), { objectInfo });
				const error = await caught(check);
				await client.close();
				expect(error).toMatchObject({ code: 'connection', servers: [/^a: /, /^b: /].map(matching) });
				expect(error.message).toMatch(
					/^No server of the pool can run the workflow now\. a: .*refused.*; b: lacks /,
				);
			},
			[ONE, TWO, ONE],
		));
});

const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;
