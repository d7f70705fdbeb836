import type { ApiWorkflow } from '../../../nodes/client';
import { delay } from '../../../nodes/client/core/time';
import { caught } from '../support/caught';
import { onStage } from '../support/Stage';
import { picture, save, textToImage } from '../support/workflows';

// The client's clock runs fifty times as fast.
jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(),
);
/** What was loaded before is older than the two seconds after which a check loads it anew. */
const grownOld = async () => await delay(3_000);

const withImages = (...names: string[]): ApiWorkflow =>
	Object.fromEntries(
		names.flatMap((image, index) => [
			[`${index}`, { class_type: 'LoadImage', inputs: { image } }],
			[`${100 + index}`, save(`${index}`)],
		]),
	);

describe('the catalogue of a check', () => {
	test('is the kept one where nothing is wrong', () =>
		onStage(async (stage) => {
			await stage.client.objectInfo();
			await grownOld();
			expect(await stage.client.checkWorkflow(picture())).toMatchObject({ ok: true, outputNodes: ['2'] });
			expect(stage.requests('GET', '/object_info')).toHaveLength(1);
		}));

	test('is loaded anew where something is missing that may have been installed since', () => {
		const models = { checkpoints: ['old.safetensors'] };
		return onStage(
			async (stage) => {
				const first = await stage.client.objectInfo();
				const spec = first.CheckpointLoaderSimple.input?.required?.ckpt_name as [string[]];
				expect(spec[0]).toEqual(['old.safetensors']);
				spec[0].splice(0); // what the server had when it was asked before
				await grownOld();
				const workflow = textToImage(1, 'old.safetensors');
				expect((await stage.client.checkWorkflow(workflow)).ok).toBe(true);
				expect(stage.requests('GET', '/object_info')).toHaveLength(2);
			},
			{ models },
		);
	});

	test('is loaded anew once, and what is missing then is missing', () =>
		onStage(async (stage) => {
			const objectInfo = await stage.client.objectInfo();
			await grownOld();
			const report = await stage.client.checkWorkflow(textToImage(1, 'gone'), { objectInfo });
			expect(report).toMatchObject({ ok: false, missingChoices: [{ value: 'gone' }] });
			expect(stage.requests('GET', '/object_info')).toHaveLength(2);
		}));

	test.each<[string, ApiWorkflow]>([
		['a circle', { '1': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } }, '2': save('1') }],
		['a connection to nothing', { '2': save('1') }],
		['no output', { '1': picture()['1'] }],
	])('is not loaded anew for what it cannot change: %s', (_what, workflow) =>
		onStage(async (stage) => {
			await stage.client.objectInfo();
			await grownOld();
			expect((await stage.client.checkWorkflow(workflow)).ok).toBe(false);
			expect(stage.requests('GET', '/object_info')).toHaveLength(1);
		}),
	);

	test('is not loaded anew when it has just come', () =>
		onStage(async (stage) => {
			expect((await stage.client.checkWorkflow(textToImage(1, 'gone'))).ok).toBe(false);
			expect(stage.requests('GET', '/object_info')).toHaveLength(1);
		}));

	test('is loaded anew on request', () =>
		onStage(async (stage) => {
			const objectInfo = await stage.client.objectInfo();
			await stage.client.checkWorkflow(picture(), { refresh: true, objectInfo });
			expect(stage.requests('GET', '/object_info')).toHaveLength(2);
		}));

	test('tells only of the outputs that were asked for', () =>
		onStage(async ({ client }) => {
			const two = { ...picture(), '3': { class_type: 'PreviewImage', inputs: {} } };
			expect((await client.checkWorkflow(two)).failingOutputs).toEqual(['3']);
			expect((await client.checkWorkflow(two, { outputNodes: ['2'] })).ok).toBe(true);
		}));

	test('is not asked for a workflow without nodes', () =>
		onStage(async (stage) => {
			expect((await caught(stage.client.checkWorkflow({}))).code).toBe('invalid-workflow');
			expect(stage.requests('GET', '/object_info')).toEqual([]);
		}));
});

describe('uploaded files', () => {
	test('are looked for on the server, wherever they may be', () =>
		onStage(async ({ server, client }) => {
			await client.objectInfo(); // before the files are there
			server.files.put('input', 'new.png', 'x');
			server.files.put('input', 'a folder/ö.png', 'x');
			server.files.put('temp', 'sub/t.png', '');
			server.files.put('output', 'o.png', 'x'.repeat(300_000));
			const there = withImages(
				'new.png',
				'a folder/ö.png',
				'a folder\\ö.png',
				'sub/t.png [temp]',
				'o.png [output]',
			);
			expect(await client.checkWorkflow(there)).toMatchObject({ ok: true, missingFiles: [], warnings: [] });
		}));

	test('that are not there are reported with the names that may be meant', () =>
		onStage(async ({ server, client }) => {
			server.files.put('input', 'portrait.png', 'x');
			const gone = withImages('portrat.png', 'sub/portrait.png [output]', 'portrait.png', '');
			const report = await client.checkWorkflow(gone);
			expect(report).toMatchObject({ ok: false, failingOutputs: ['100', '101', '103'] });
			expect(report.missingFiles).toEqual([
				{
					nodeId: '0',
					nodeTitle: 'LoadImage',
					nodeType: 'LoadImage',
					input: 'image',
					value: 'portrat.png',
					file: { filename: 'portrat.png', subfolder: '', type: 'input' },
					didYouMean: ['portrait.png'],
				},
				expect.objectContaining({
					file: { filename: 'portrait.png', subfolder: 'sub', type: 'output' },
				}),
				expect.objectContaining({ nodeId: '3', value: '' }),
			]);
		}));

	test('are asked for once each, and not at all when the catalogue lists them or no output needs them', () =>
		onStage(async (stage) => {
			stage.server.files.put('input', 'listed.png', 'x');
			const workflow = withImages('listed.png', 'gone.png', 'gone.png');
			workflow['50'] = { class_type: 'LoadImage', inputs: { image: 'unneeded.png' } };
			await stage.client.checkWorkflow(workflow);
			expect(stage.requests('GET', '/view').map(({ query }) => query.filename)).toEqual(['gone.png']);
		}));

	test.each(['../x.png', 'a..b.png', '/etc/x.png', 'C:\\x.png'])(
		'that the server does not show are not asked for, only mentioned: %s',
		(name) =>
			onStage(async (stage) => {
				const report = await stage.client.checkWorkflow(withImages(name));
				expect(report).toMatchObject({ ok: true, missingFiles: [] });
				expect(report.warnings).toEqual([expect.stringContaining('is not known before the workflow runs')]);
				expect(stage.requests('GET', '/view')).toEqual([]);
			}),
	);

	test('that cannot be asked for because the server fails are mentioned', () =>
		onStage(async (stage) => {
			stage.server.faults.respond({ path: /view/ }, { status: 500 });
			const report = await stage.client.checkWorkflow(withImages('x.png'));
			expect(report).toMatchObject({ ok: true, missingFiles: [] });
			expect(report.warnings).toHaveLength(1);
		}));

	test('end the check when the credentials are refused, or when it is stopped', () =>
		onStage(async (stage) => {
			await stage.client.objectInfo();
			stage.server.faults.respond({ path: /view/, times: 1 }, { status: 401 });
			const refused = await caught(stage.client.checkWorkflow(withImages('x.png')));
			expect(refused.code).toBe('authentication');
			const stopped = stage.client.checkWorkflow(withImages('x.png'), { signal: AbortSignal.abort() });
			expect((await caught(stopped)).code).toBe('aborted');
		}));
});
