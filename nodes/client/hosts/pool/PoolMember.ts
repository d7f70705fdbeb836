import type { ApiWorkflow } from '../../core/ApiWorkflow';
import { type AbortOptions, now } from '../../core/time';
import { asError, InvalidInputError, NotFoundError } from '../../core/errors';
import { definitionOf, type NodeDefinition, type ObjectInfo } from '../../objectInfo/types';
import type { SelfHosted } from '../selfHosted/SelfHosted';
import { memberHost, type MemberHost } from './memberHost';
import { lacksOf, listsFiles, type Lack } from './needs';
import type { ServerState } from './ServerState';

/** How a pool uses one of its servers. */
interface MemberOptions {
	/** Short name. */
	name: string;
	weight: number;
	tag?: string;
	state: ServerState;
}

/** Node types are asked for again after this, ms. */
const TYPES_FOR_MS = 10 * 60_000;
/** A node type that lacks a model is asked for again after this, ms: somebody may have installed the model. */
const LACK_FOR_MS = 30_000;
const MAX_TYPES = 5_000;

/** One server of a pool: a host whose jobs and files carry its short name. */
export class PoolMember {
	readonly name: string;
	readonly weight: number;
	readonly tag?: string;
	readonly state: ServerState;
	/** The server under the IDs of the pool. */
	readonly host: MemberHost;
	private readonly types = new Map<string, { definition?: NodeDefinition; loadedAt: number }>();

	constructor(
		private readonly inner: SelfHosted,
		{ name, weight, tag, state }: MemberOptions,
	) {
		[this.name, this.weight, this.tag, this.state] = [name, weight, tag, state];
		this.host = memberHost(inner, name, state);
	}

	/** Asks for the length of the queue, unless it is known. @throws when the server does not answer; it is then paused */
	async refresh({ signal }: AbortOptions = {}): Promise<void> {
		const { server } = this.inner;
		const ask = async (options: AbortOptions) =>
			(await server.queueRemaining?.(options)) ?? (await server.queue(options)).length;
		await this.state.refresh(ask, { signal });
	}

	/**
	 * Whether this server can run a workflow.
	 * @returns what it lacks, and whether it lists the files that the workflow names without their server
	 * @throws when the server does not answer; it is then paused
	 */
	async examine(
		workflow: ApiWorkflow,
		{ signal }: AbortOptions = {},
	): Promise<{ lacks: Lack[]; listsFiles: boolean }> {
		let objectInfo = await this.typesOf(workflow, TYPES_FOR_MS, { signal });
		let lacks = lacksOf(workflow, objectInfo);
		if (lacks.length > 0) {
			const lacking = new Set(lacks.map(({ nodeType }) => nodeType));
			objectInfo = await this.typesOf(workflow, LACK_FOR_MS, { signal }, lacking);
			lacks = lacksOf(workflow, objectInfo);
		}
		return { lacks, listsFiles: listsFiles(workflow, objectInfo) };
	}

	/** The definitions of the node types of a workflow. @param only the types that may be `maxAgeMs` old; default all */
	private async typesOf(
		workflow: ApiWorkflow,
		maxAgeMs: number,
		{ signal }: AbortOptions,
		only?: ReadonlySet<string>,
	): Promise<ObjectInfo> {
		const used = new Set(Object.values(workflow).map(({ class_type: type }) => type));
		const wanted = [...used].filter((type) => {
			const known = this.types.get(type);
			return !known || ((only?.has(type) ?? true) && now() - known.loadedAt > maxAgeMs);
		});
		if (wanted.length > 0) await this.loadTypes(wanted, only !== undefined, { signal });
		const found = [...used].flatMap((type): Array<[string, NodeDefinition]> => {
			const definition = this.types.get(type)?.definition;
			return definition ? [[type, definition]] : [];
		});
		return Object.fromEntries(found);
	}

	private async loadTypes(types: string[], isFresh: boolean, { signal }: AbortOptions): Promise<void> {
		try {
			const { server } = this.inner;
			const cached = isFresh ? undefined : await server.objectInfo({ nodeTypes: types, signal });
			for (const type of types) {
				const definition = cached ? definitionOf(type, cached) : await this.freshType(type, { signal });
				this.types.delete(type);
				this.types.set(type, { definition, loadedAt: now() });
			}
			while (this.types.size > MAX_TYPES) this.types.delete(this.types.keys().next().value as string);
		} catch (error) {
			if (!signal?.aborted) this.state.fail(error);
			throw asError(error);
		}
	}

	private async freshType(nodeType: string, { signal }: AbortOptions): Promise<NodeDefinition | undefined> {
		try {
			return await this.inner.server.nodeDefinition(nodeType, { signal });
		} catch (error) {
			if (error instanceof NotFoundError || error instanceof InvalidInputError) return undefined;
			throw asError(error);
		}
	}
}
