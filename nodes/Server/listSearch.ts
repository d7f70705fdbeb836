import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { InvalidInputError } from '../client/core/errors';
import { askServer, matching, paged } from '../shared/clients';

/** The lists of the editor for the parameters of this node. */

/** Jobs in one list. The newest ones are enough to choose from. */
const MAX_JOBS = 200;

/** Jobs of the server, newest first. */
export async function searchJobs(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await askServer(this, async (client) => {
		const jobs = client.host.admin
			? await client.admin.listJobs({ max: MAX_JOBS })
			: await listOf(client.host.listJobs, client.host.name).call(client.host, { max: MAX_JOBS });
		const items = jobs.map(({ promptId, status, endedAt, startedAt, createdAt }) => {
			const time = endedAt ?? startedAt ?? createdAt;
			const when =
				time === undefined ? '' : `, ${new Date(time).toISOString().slice(0, 16).replace('T', ' ')}`;
			return { name: `${promptId.slice(0, 8)}: ${status}${when}`, value: promptId, description: promptId };
		});
		return paged(matching(items, filter), page);
	});
}

/** Pending jobs, in the order in which they run. */
export async function searchPendingJobs(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await askServer(this, async (client) => {
		const pending = (await client.getQueue()).filter(({ state }) => state === 'pending');
		const items = pending.map(({ promptId, position }) => ({
			name: `${position}: ${promptId}`,
			value: promptId,
		}));
		return paged(matching(items, filter), page);
	});
}

function listOf<T>(list: T | undefined, host: string): T {
	if (list) return list;
	throw new InvalidInputError(`${host} does not list its jobs.`, 'Enter the ID of the job.');
}

/** Model folders. */
export async function searchModelFolders(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await askServer(this, async (client) => {
		const items = (await client.models()).map((name) => ({ name, value: name }));
		return paged(matching(items, filter), page);
	});
}

/** The safetensors files in the selected folder. */
export async function searchModelFiles(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await askServer(this, async (client) => {
		const folder = String(this.getCurrentNodeParameter('folder', { extractValue: true }) ?? '');
		if (!folder.trim() || folder.startsWith('=')) {
			throw new InvalidInputError(
				'The folder is not selected yet, so its models are unknown.',
				'Select a folder first, or enter the name of the model.',
			);
		}
		const names = (await client.models(folder)).filter((name) => /\.safetensors$/i.test(name));
		return paged(
			matching(
				names.map((name) => ({ name, value: name })),
				filter,
			),
			page,
		);
	});
}

/** Output and input files with an asset ID. */
export async function searchFiles(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await askServer(this, async (client) => {
		const files = [...(await client.admin.listFiles('output')), ...(await client.admin.listFiles('input'))];
		const items = files.flatMap(({ name, subfolder, type, assetId }) =>
			assetId ? [{ name: `${subfolder ? `${subfolder}/` : ''}${name} [${type}]`, value: assetId }] : [],
		);
		return paged(matching(items, filter), page);
	});
}
