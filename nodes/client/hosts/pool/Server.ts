import { NotFoundError, NotSupportedError, asError } from '../../core/errors';
import type { AbortOptions } from '../../core/time';
import { inputWithChoices } from '../../objectInfo/choices';
import type { NodeDefinition, ObjectInfo } from '../../objectInfo/types';
import type { Holding, ServerApi, SystemStats } from '../ServerApi';
import type { Members } from './Members';
import { mergeDefinitions, mergeTypes, type ServerTypes } from './mergeTypes';
import type { PoolMember } from './PoolMember';
import { readJobId } from './references';

/** How many merged catalogues are kept: they are large, and equal questions follow each other. */
const MAX_CATALOGUES = 16;

/** What one server has; nothing when it does not know the folder, the node type or the input. */
async function holdings(server: ServerApi, what: Holding, options: AbortOptions): Promise<unknown[]> {
	try {
		if (what === 'embeddings') return await server.embeddings(options);
		if ('folder' in what) return await server.models(what.folder, options);
		const definition = await server.nodeDefinition(what.nodeType, options);
		return inputWithChoices(what.nodeType, definition, what.input).choices;
	} catch (error) {
		if (error instanceof NotFoundError) return [];
		throw asError(error);
	}
}

/** What the servers of a pool offer together. Servers that are down are left out; an error names all when none answers. */
export function createServer(members: Members): ServerApi {
	const catalogues = new Map<string, { parts: ServerTypes[]; merged: ObjectInfo }>();

	/** Equal catalogues give the same object, since the answers to later questions are kept by it. */
	const merge = (parts: ServerTypes[], nodeTypes?: readonly string[]): ObjectInfo => {
		const key = JSON.stringify([...parts.map(({ server }) => server), ...(nodeTypes ?? [])]);
		const known = catalogues.get(key);
		const isCurrent = known?.parts.every(({ objectInfo }, index) => objectInfo === parts[index].objectInfo);
		if (known && isCurrent) return known.merged;
		const merged = mergeTypes(parts, nodeTypes);
		catalogues.delete(key);
		catalogues.set(key, { parts, merged });
		if (catalogues.size > MAX_CATALOGUES) catalogues.delete(catalogues.keys().next().value as string);
		return merged;
	};

	const all = async <T>(
		question: (server: ServerApi, options: AbortOptions, member: PoolMember) => Promise<T>,
		options?: AbortOptions,
	) =>
		await members.ask(async (member, signal) => await question(member.host.server, signal, member), options);

	/** The answer of the first server that has what is asked for. */
	const first = async <T>(
		question: (server: ServerApi, options: AbortOptions) => Promise<T>,
		options?: AbortOptions,
	): Promise<T> => {
		const answers = await all(async (server, signal) => {
			try {
				return { found: await question(server, signal) };
			} catch (error) {
				if (error instanceof NotFoundError || error instanceof NotSupportedError) return { missing: error };
				throw asError(error);
			}
		}, options);
		for (const { answer } of answers) if ('found' in answer) return answer.found as T;
		throw (answers[0].answer as { missing: Error }).missing;
	};

	const union = async (
		question: (server: ServerApi, options: AbortOptions) => Promise<string[]>,
		options?: AbortOptions,
	): Promise<string[]> => {
		const answers = await all(async (server, signal) => {
			try {
				return await question(server, signal);
			} catch (error) {
				if (error instanceof NotFoundError) return error;
				throw asError(error);
			}
		}, options);
		const lists = answers.flatMap(({ answer }) => (Array.isArray(answer) ? [answer] : []));
		if (lists.length === 0) throw answers[0].answer as NotFoundError;
		return [...new Set(lists.flat())];
	};

	/** The server of a job. @throws NotFoundError for a server that the pool does not have */
	const serversOf = (promptIds: readonly string[]) => {
		const groups = new Map<PoolMember, string[]>();
		for (const id of promptIds) {
			const { server } = readJobId(id);
			for (const member of server === undefined ? members.all : [members.named(server)])
				groups.set(member, [...(groups.get(member) ?? []), id]);
		}
		return groups;
	};

	return {
		async objectInfo({ nodeTypes, refresh, signal } = {}) {
			const found = await all(
				async (server, options) => await server.objectInfo({ nodeTypes, refresh, ...options }),
				{ signal },
			);
			const parts = found.map(({ member, answer }) => ({ server: member.name, objectInfo: answer }));
			return merge(parts, refresh ? undefined : nodeTypes);
		},

		async nodeDefinition(nodeType, options) {
			const found = await all(async (server, signal): Promise<NodeDefinition | NotFoundError> => {
				try {
					return await server.nodeDefinition(nodeType, signal);
				} catch (error) {
					if (error instanceof NotFoundError) return error;
					throw asError(error);
				}
			}, options);
			const having = found.flatMap(({ member, answer }) =>
				answer instanceof NotFoundError ? [] : [{ member, definition: answer }],
			);
			if (having.length === 0) throw found[0].answer as NotFoundError;
			const merged = mergeDefinitions(having.map(({ definition }) => definition));
			return { ...merged, servers: having.map(({ member }) => member.name) };
		},

		async whoHas(what, options) {
			const found = await all(async (server, signal) => await holdings(server, what, signal), options);
			const having = new Map<unknown, string[]>();
			for (const { member, answer } of found)
				for (const one of answer) having.set(one, [...(having.get(one) ?? []), member.name]);
			return having;
		},

		nodeReplacements: async (options) =>
			await first(async (server, signal) => await server.nodeReplacements?.(signal), options),

		models: async (folder, options) =>
			await union(async (server, signal) => await server.models(folder, signal), options),

		embeddings: async (options) =>
			await union(async (server, signal) => await server.embeddings(signal), options),

		modelMetadata: async (folder, filename, options) =>
			await first(async (server, signal) => await server.modelMetadata(folder, filename, signal), options),

		/** The first server; `servers` has all, and `devices` the devices of all. */
		async systemStats(options): Promise<SystemStats> {
			const found = await all(async (server, signal) => await server.systemStats(signal), options);
			const devices = found.flatMap(({ member, answer }) =>
				(Array.isArray(answer.devices) ? answer.devices : []).map((device) => ({
					...device,
					server: member.name,
				})),
			);
			const servers = Object.fromEntries(found.map(({ member, answer }) => [member.name, answer.system]));
			return { ...found[0].answer, devices, servers } as SystemStats;
		},

		/** What all servers announce alike. */
		async features(options) {
			const found = await all(async (server, signal) => await server.features(signal), options);
			const [{ answer: some }, ...others] = found;
			const isShared = ([name, value]: [string, unknown]) =>
				others.every(({ answer }) => JSON.stringify(answer[name]) === JSON.stringify(value));
			return Object.fromEntries(Object.entries(some).filter(isShared));
		},

		async queueRemaining(options) {
			const found = await all(
				async (server, signal) => (await server.queueRemaining?.(signal)) ?? 0,
				options,
			);
			return found.reduce((sum, { answer }) => sum + answer, 0);
		},

		async queue({ details, signal } = {}) {
			const found = await all(async (server, given) => await server.queue({ details, ...given }), { signal });
			return found.flatMap(({ answer }) => answer).sort((a, b) => a.position - b.position);
		},

		/** Pages are pages of each server. */
		async history(options = {}) {
			const { signal, ...page } = options;
			const found = await all(async (server, given) => await server.history({ ...page, ...given }), {
				signal,
			});
			return Object.assign({}, ...found.map(({ answer }) => answer)) as Record<string, unknown>;
		},

		async historyEntry(id, options) {
			for (const [member, [promptId]] of serversOf([id])) {
				const entry = await member.host.server.historyEntry(promptId, options);
				if (entry) return entry;
			}
			return undefined;
		},

		async deleteHistory(promptIds, options) {
			const groups: ReadonlyMap<PoolMember, string[] | undefined> = promptIds
				? serversOf(promptIds)
				: new Map(members.all.map((member) => [member, undefined]));
			for (const [member, ids] of groups) await member.host.server.deleteHistory(ids, options);
		},

		/** On every server. */
		interrupt: async (options) =>
			void (await all(async (server, signal) => await server.interrupt(signal), options)),

		/** On every server. */
		clearQueue: async (options) =>
			void (await all(async (server, signal) => await server.clearQueue(signal), options)),

		/** On every server. */
		free: async ({ signal, ...what } = {}) =>
			void (await all(async (server, options) => await server.free({ ...what, ...options }), { signal })),

		/** A file that several servers have is listed once. */
		async listUserFiles(folder, options) {
			const found = await all(async (server, signal) => await server.listUserFiles(folder, signal), options);
			const files = new Map(found.flatMap(({ answer }) => answer).map((file) => [file.path, file]));
			return [...files.values()];
		},

		listTemplates: async (options) =>
			await first(async (server, signal) => await server.listTemplates(signal), options),
		readTemplate: async (name, options) =>
			await first(async (server, signal) => await server.readTemplate(name, signal), options),
		readUserFile: async (path, options) =>
			await first(async (server, signal) => await server.readUserFile(path, signal), options),
	};
}
