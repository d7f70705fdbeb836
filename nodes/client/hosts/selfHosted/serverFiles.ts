import { isRecord } from '../../core/guards';
import { InvalidInputError, NotFoundError, NotSupportedError } from '../../core/errors';
import { show } from '../../core/text';
import type { AbortOptions } from '../../core/time';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import { getOrNothing } from '../requests';
import { isBefore } from './version';
import type { ModelFile, ServerFile, ServerFolder } from '../ServerAdmin';

const ASSETS = '/api/assets';
const ASSETS_PAGE = 500;
const TYPES: readonly string[] = ['input', 'output', 'temp'];

/** Files of one folder, newest first: from the list of assets where there is one, otherwise from the folder itself. */
export async function listFiles(
	api: Api,
	type: ServerFolder,
	{ signal }: AbortOptions = {},
): Promise<ServerFile[]> {
	if (type !== 'temp' && (await hasAssets(api, { signal }))) return await listAssets(api, type, { signal });
	const listed = await getOrNothing<unknown>(api, { path: `/internal/files/${type}`, signal });
	if (listed !== undefined)
		return (Array.isArray(listed) ? listed : []).flatMap((name) => toFile(name, type));
	return await oldFiles(api, type, { signal });
}

async function hasAssets(api: Api, { signal }: AbortOptions): Promise<boolean> {
	const features = await getOrNothing<unknown>(api, { path: '/api/features', signal });
	return isRecord(features) && features.assets === true;
}

async function listAssets(api: Api, type: ServerFolder, { signal }: AbortOptions): Promise<ServerFile[]> {
	const found: ServerFile[] = [];
	for (let offset = 0; ; ) {
		const query = { include_tags: type, sort: 'created_at', order: 'desc', limit: ASSETS_PAGE, offset };
		const answer = await api.json<unknown>({ path: ASSETS, query, signal });
		const { assets, has_more: hasMore } = isRecord(answer) ? answer : {};
		const rows: unknown[] = Array.isArray(assets) ? assets : [];
		found.push(...rows.filter(isRecord).flatMap((asset) => toAssetFile(asset) ?? []));
		if (hasMore !== true || rows.length === 0) return found;
		offset += rows.length;
	}
}

/** An asset in one of the three folders. The path of the file below its folder is in `loader_path`. */
function toAssetFile(asset: Record<string, unknown>): ServerFile | undefined {
	const tags: unknown[] = Array.isArray(asset.tags) ? asset.tags : [];
	const type = tags.find((tag): tag is ServerFolder => typeof tag === 'string' && TYPES.includes(tag));
	const facts = isRecord(asset.user_metadata) ? asset.user_metadata : {};
	const path = [asset.loader_path, facts.filename, asset.name].find((value) => typeof value === 'string');
	if (!type || typeof path !== 'string' || typeof asset.id !== 'string') return undefined;
	const created = typeof asset.created_at === 'string' ? Date.parse(`${asset.created_at}Z`) : NaN;
	return {
		...placeOf(path),
		type,
		...(typeof asset.size === 'number' && { size: asset.size }),
		...(typeof asset.mime_type === 'string' && { mimeType: asset.mime_type }),
		...(Number.isFinite(created) && { createdAt: created }),
		assetId: asset.id,
	};
}

/** Since some version before 0.25.0 a name ends with its type, such as `x.png [output]`. */
function toFile(name: unknown, type: ServerFolder): ServerFile[] {
	if (typeof name !== 'string') return [];
	const end = ` [${type}]`;
	return [{ ...placeOf(name.endsWith(end) ? name.slice(0, -end.length) : name), type }];
}

/** 0.2.3 to 0.3.10, and some after it: only output files, with those in subfolders and their sizes, in no order. */
async function oldFiles(api: Api, type: ServerFolder, { signal }: AbortOptions): Promise<ServerFile[]> {
	if (type !== 'output') {
		throw new NotSupportedError(
			`The ComfyUI at ${api.base} is too old: it lists only the files of the folder "output".`,
			'Update ComfyUI to 0.3.64 or later.',
		);
	}
	const request = { path: '/internal/files', query: { directory: type }, signal };
	const answer = await api.json<unknown>(request);
	await assertOwnFolder(api, { signal });
	const files: unknown[] = isRecord(answer) && Array.isArray(answer.files) ? answer.files : [];
	return files.filter(isRecord).flatMap((file): ServerFile[] => {
		if (file.type !== 'file' || typeof file.path !== 'string') return [];
		return [{ ...placeOf(file.path), type, ...(typeof file.size === 'number' && { size: file.size }) }];
	});
}

/**
 * Servers before 0.3.10 list the folder `output` beside their sources, also when they were started with another one
 * (seen on 0.2.3; their sources changed in December 2024).
 */
async function assertOwnFolder(api: Api, { signal }: AbortOptions): Promise<void> {
	const stats = await api.json<unknown>({ path: '/api/system_stats', signal });
	const { comfyui_version: version, argv } = isRecord(stats) && isRecord(stats.system) ? stats.system : {};
	if (typeof version === 'string' && !isBefore(version, '0.3.10')) return;
	const words: unknown[] = Array.isArray(argv) ? argv : [];
	if (!words.some((word) => typeof word === 'string' && word.startsWith('--output'))) return;
	throw new NotSupportedError(
		`The ComfyUI at ${api.base} is too old: it was started with --output-directory, and lists another folder.`,
		'Update ComfyUI to 0.3.10 or later, or start it without --output-directory.',
	);
}

function placeOf(path: string): { name: string; subfolder: string } {
	const parts = path.split(/[\\/]/);
	const name = parts.pop() ?? '';
	return { name, subfolder: parts.join('/') };
}

/** Deletes an asset, and looks whether its file is gone. @see ServerAdmin.deleteAsset */
export async function deleteAsset(
	api: Api,
	assetId: string,
	{ signal }: AbortOptions = {},
): Promise<{ file: ServerFile; fileDeleted: boolean }> {
	if (!(await hasAssets(api, { signal }))) {
		throw new NotSupportedError(
			`The ComfyUI at ${api.base} cannot delete files: it keeps no list of assets.`,
			'ComfyUI 0.17 and later keep one when they are started with --enable-assets. Older servers have no way to delete a file.',
		);
	}
	const path = `${ASSETS}/${segment(assetId, 'asset ID')}`;
	const asset = await getOrNothing<unknown>(api, { path, signal });
	if (!isRecord(asset)) {
		throw new NotFoundError(
			`The server has no asset ${show(assetId)}.`,
			'Take "assetId" from the operation "Get Many" of the resource File.',
		);
	}
	const file = toAssetFile(asset);
	if (!file) {
		throw new InvalidInputError(
			`The asset ${show(assetId)} is not a file of the folders input and output, but perhaps a model.`,
			'Delete only files that "Get Many" of the resource File lists.',
		);
	}
	await api.command({ method: 'DELETE', path, signal });
	const query = { filename: file.name, subfolder: file.subfolder || undefined, type: file.type };
	const view = await api.text({ method: 'HEAD', path: '/api/view', query, signal });
	return { file, fileDeleted: view.status === 404 };
}

/**
 * The models of a folder with sizes and times, or their names alone: 0.2.3 has no such route, and 0.3.10 no sizes.
 * @throws NotFoundError
 */
export async function modelFiles(
	api: Api,
	folder: string,
	names: (folder: string, options: AbortOptions) => Promise<string[]>,
	{ signal }: AbortOptions = {},
): Promise<ModelFile[]> {
	const path = `/api/experiment/models/${segment(folder, 'model folder')}`;
	const found = await getOrNothing<unknown>(api, { path, signal });
	if (!Array.isArray(found)) return (await names(folder, { signal })).map((name) => ({ name, folder }));
	return found.filter(isRecord).flatMap((file): ModelFile[] => {
		if (typeof file.name !== 'string') return [];
		const at = (value: unknown) => (typeof value === 'number' ? Math.round(value * 1000) : undefined);
		const [modifiedAt, createdAt] = [at(file.modified), at(file.created)];
		return [
			{
				name: file.name,
				folder,
				...(typeof file.size === 'number' && { size: file.size }),
				...(modifiedAt !== undefined && { modifiedAt }),
				...(createdAt !== undefined && { createdAt }),
			},
		];
	});
}
