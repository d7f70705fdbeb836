import { caught } from '../../support/caught';
import { onStage } from '../../support/Stage';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const VERSIONS = ['0.2.3', '0.3.10', '0.3.64', '0.6.0', '0.25.0', '0.33.0'];

describe('files', () => {
	test.each(VERSIONS)('on %s are listed by folder', (version) =>
		onStage(
			async ({ client, server }) => {
				server.files.put('output', 'a.png', 'abc');
				server.files.put('output', 'b [1].png', 'abcd');
				server.files.put('input', 'c.png', 'x');
				const found = await client.admin.listFiles('output');
				expect(found.map(({ name }) => name).sort()).toEqual(['a.png', 'b [1].png']);
				for (const { type } of found) expect(type).toBe('output');
				const isOld = version === '0.2.3' || version === '0.3.10';
				if (isOld)
					expect(await caught(client.admin.listFiles('input'))).toMatchObject({ code: 'not-supported' });
				else expect(await client.admin.listFiles('input')).toMatchObject([{ name: 'c.png' }]);
			},
			{ version },
		),
	);

	test.each([
		['0.2.3', 'not-supported'],
		['0.3.10', undefined],
	])('of a folder given with --output-directory: %s answers with %s', (version, code) =>
		onStage(
			async ({ client, server }) => {
				server.files.put('output', 'a.png', 'abc');
				const listing = client.admin.listFiles('output');
				if (code) expect(await caught(listing)).toMatchObject({ code });
				else expect(await listing).toMatchObject([{ name: 'a.png' }]);
			},
			{ version, outputDirectory: '/data/pictures' },
		),
	);

	test('come from the list of assets where there is one, with subfolder, size and ID', () =>
		onStage(
			async ({ client, server }) => {
				server.files.put('output', 'portraits/a.png', 'abc');
				expect(await client.admin.listFiles('output')).toEqual([
					{
						name: 'a.png',
						subfolder: 'portraits',
						type: 'output',
						size: 3,
						mimeType: 'image/png',
						createdAt: Date.parse('2026-11-29T06:38:01.778Z'),
						assetId: expect.any(String) as string,
					},
				]);
			},
			{ assets: true },
		));

	test.each([
		['stays on the disk of 0.33.0', true, false],
		['is gone where the server deletes it', 'deletesFiles', true],
	] as const)('the file of a deleted asset %s', (_title, assets, fileDeleted) =>
		onStage(
			async ({ client, server }) => {
				server.files.put('output', 'sub/a.png', 'abc');
				const [{ assetId = '' }] = await client.admin.listFiles('output');
				expect(await client.admin.deleteAsset(assetId)).toMatchObject({
					file: { name: 'a.png' },
					fileDeleted,
				});
				expect(await client.admin.listFiles('output')).toEqual([]);
				expect(await caught(client.admin.deleteAsset(assetId))).toMatchObject({ code: 'not-found' });
			},
			{ assets },
		),
	);

	test('a model among the assets is not deleted', () =>
		onStage(
			async (stage) => {
				const response = await fetch(`${stage.server.url}/api/assets?include_tags=models`);
				const { assets } = (await response.json()) as { assets: Array<{ id: string }> };
				const error = await caught(stage.client.admin.deleteAsset(assets[0].id));
				expect(error).toMatchObject({ code: 'invalid-input' });
				expect(stage.server.requests.some(({ method }) => method === 'DELETE')).toBe(false);
			},
			{ assets: true },
		));

	test.each(VERSIONS)('on %s without a list of assets none can be deleted', (version) =>
		onStage(
			async ({ client }) => {
				const error = await caught(client.admin.deleteAsset('6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d'));
				expect(error).toMatchObject({
					code: 'not-supported',
					hint: expect.stringContaining('0.17') as string,
				});
			},
			{ version },
		),
	);

	test.each([
		['0.2.3', false],
		['0.3.10', false],
		['0.3.64', true],
		['0.33.0', true],
	])('models have names on %s, and sizes: %s', (version, hasSizes) =>
		onStage(
			async ({ client }) => {
				const [model] = await client.admin.modelFiles('checkpoints');
				expect(model).toMatchObject({ name: 'flux1-dev-fp8.safetensors', folder: 'checkpoints' });
				expect(model.size).toBe(hasSizes ? 2_132_625_150 : undefined);
				expect(model.modifiedAt).toBe(hasSizes ? 1_760_000_000_250 : undefined);
				expect(await caught(client.admin.modelFiles('nope'))).toMatchObject({ code: 'not-found' });
			},
			{ version },
		),
	);
});
