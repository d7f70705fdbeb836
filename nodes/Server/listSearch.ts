import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { asError, InvalidInputError } from '../client/core/errors';
import { askServer, matching, paged } from '../shared/clients';
import { writeFileReference } from '../shared/files/fileReference';

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
		const jobs = hasAdmin(client)
			? await ofServers(this, client, async ({ admin }) => await admin.listJobs({ max: MAX_JOBS }))
			: await listOf(client.host.listJobs, client.host.name).call(client.host, { max: MAX_JOBS });
		const items = jobs.map(({ promptId, status, endedAt, startedAt, createdAt }) => {
			const time = endedAt ?? startedAt ?? createdAt;
			const when =
				time === undefined ? '' : `, ${new Date(time).toISOString().slice(0, 16).replace('T', ' ')}`;
			const at = promptId.includes('@') ? promptId.slice(promptId.lastIndexOf('@')) : '';
			return {
				name: `${promptId.slice(0, 8)}${at}: ${status}${when}`,
				value: promptId,
				description: promptId,
			};
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
		const queue = await ofServers(this, client, async (server) => await server.getQueue());
		const pending = queue.filter(({ state }) => state === 'pending');
		const items = pending.map(({ promptId, position }) => ({
			name: `${position}: ${promptId}`,
			value: promptId,
		}));
		return paged(matching(items, filter), page);
	});
}

/** Servers of a pool. */
export async function searchServers(
	this: ILoadOptionsFunctions,
	filter?: string,
	page?: string,
): Promise<INodeListSearchResult> {
	return await askServer(this, async (client) => {
		const items = client.servers.map((name) => ({ name, value: name }));
		return await Promise.resolve(paged(matching(items, filter), page));
	});
}

const hasAdmin = ({ host }: ComfyUiClient) => host.admin !== undefined || host.pool !== undefined;

/** The answers of the server or, on a pool, of the chosen one or of all that answer. @throws when none answers */
async function ofServers<T>(
	context: ILoadOptionsFunctions,
	client: ComfyUiClient,
	ask: (client: ComfyUiClient) => Promise<T[]>,
): Promise<T[]> {
	if (!client.host.pool) return await ask(client);
	const chosen = String(context.getCurrentNodeParameter('poolServer', { extractValue: true }) ?? '').trim();
	const names = chosen ? [chosen] : client.servers;
	const answers = await Promise.allSettled(names.map(async (name) => await ask(client.onServer(name))));
	const lists = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
	if (lists.length === 0) throw asError((answers[0] as PromiseRejectedResult).reason);
	return lists.flat();
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
		const files = await ofServers(this, client, async ({ admin, host: { serverName: server } }) =>
			[...(await admin.listFiles('output')), ...(await admin.listFiles('input'))].map((file) => ({
				...file,
				server,
			})),
		);
		const items = files.flatMap(({ name: filename, subfolder, type, assetId, server }) =>
			assetId ? [{ name: writeFileReference({ filename, subfolder, type, server }), value: assetId }] : [],
		);
		return paged(matching(items, filter), page);
	});
}
