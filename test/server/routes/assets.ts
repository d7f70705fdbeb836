import { createHash } from 'node:crypto';
import { basename } from '../files/paths';
import { mediaType } from '../files/mediaTypes';
import { empty, json, type Reply } from '../http/Reply';
import type { Router } from '../http/Router';
import type { FileType } from '../types';
import type { RouteContext } from './RouteContext';

/** The list of assets: input and output files, and models. What 0.33.0 answered, with and without `--enable-assets`. */
export function assetRoutes(router: Router, context: RouteContext): void {
	const { has, settings, files, catalogue } = context.machine;
	if (!has('assets')) return;
	const deleted = new Set<string>();

	const assets = () =>
		[
			...(['input', 'output'] as const).flatMap((type) =>
				files.list(type).map((path) => fileAsset(type, path, files.read(type, path)?.length ?? 0)),
			),
			...(catalogue.models['checkpoints'] ?? []).map((name) => modelAsset(name)),
		].filter(({ id }) => !deleted.has(id));
	const find = (id: string) => assets().find((asset) => asset.id === id);
	const enabled = (answer: () => Reply) => (settings.assets === false ? disabled() : answer());

	router.get('/api/assets', ({ query }) =>
		enabled(() => {
			const tags = (query.get('include_tags') ?? '').split(',').filter(Boolean);
			const all = assets().filter((asset) => tags.every((tag) => asset.tags.includes(tag)));
			if (query.get('order') !== 'asc') all.reverse();
			const offset = Number(query.get('offset') ?? 0);
			const page = all.slice(offset, offset + Number(query.get('limit') ?? 20));
			return json({ assets: page, total: all.length, has_more: offset + page.length < all.length });
		}),
	);
	router.get('/api/assets/{id}', (request) =>
		enabled(() => {
			const asset = find(request.param('id'));
			return asset ? json(asset) : unknown(request.param('id'));
		}),
	);
	router.on('DELETE', '/api/assets/{id}', (request) =>
		enabled(() => {
			const asset = find(request.param('id'));
			if (!asset) return unknown(request.param('id'));
			deleted.add(asset.id);
			const [type] = asset.tags;
			if (settings.assets === 'deletesFiles') files.delete(type as FileType, asset.loader_path);
			return empty(204);
		}),
	);
}

function fileAsset(type: FileType, path: string, size: number) {
	return {
		id: idOf(`${type}:${path}`),
		name: basename(path),
		loader_path: path,
		display_name: basename(path),
		size,
		mime_type: mediaType(path),
		tags: [type as string],
		preview_url: `/api/view?type=${type}&filename=${basename(path)}`,
		user_metadata: { filename: basename(path) },
		is_immutable: false,
		created_at: '2026-11-29T06:38:01.778315',
		updated_at: '2026-11-29T06:38:01.802607',
	};
}

const modelAsset = (name: string) => ({
	...fileAsset('output', name, 2_132_625_150),
	id: idOf(`models:${name}`),
	tags: ['models', 'checkpoints'],
});

function idOf(text: string): string {
	const hex = createHash('sha256').update(text).digest('hex');
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		`4${hex.slice(13, 16)}`,
		`a${hex.slice(17, 20)}`,
		hex.slice(20, 32),
	].join('-');
}

const failure = (status: number, code: string, message: string) =>
	json({ error: { code, message, details: {} } }, status);

const disabled = () =>
	failure(
		503,
		'SERVICE_DISABLED',
		'Assets system is disabled. Start the server with --enable-assets to use this feature.',
	);

const unknown = (id: string) => failure(404, 'ASSET_NOT_FOUND', `AssetReference ${id} not found.`);
