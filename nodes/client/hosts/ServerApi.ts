import type { AbortOptions } from '../core/time';
import type { QueueEntry } from '../protocol/queue';
import type { NodeDefinition, ObjectInfo } from '../objectInfo/types';

/** `GET /system_stats`; sizes in bytes. */
export interface SystemStats {
	system: {
		comfyui_version?: string;
		os?: string;
		python_version?: string;
		pytorch_version?: string;
		[fact: string]: unknown;
	};
	devices: Array<{
		name: string;
		type: string;
		vram_total: number;
		vram_free: number;
		[fact: string]: unknown;
	}>;
}

/** A file of the user's data folder. */
export interface UserFile {
	path: string;
	/** Bytes. */
	size?: number;
	/** Epoch ms. */
	modified?: number;
}

/** Which part of the catalogue of node types to load. */
export interface ObjectInfoOptions extends AbortOptions {
	/** Load it again although it is in the cache. Default false. */
	refresh?: boolean;
	/** Only these are needed; the catalogue may have more of them. Ignored with `refresh`. Default: all. */
	nodeTypes?: readonly string[];
}

/** What to ask of the queue. */
export interface QueueListOptions extends AbortOptions {
	/** Also the workflow and the submitter of each job, which newer servers leave out: megabytes for a long queue. */
	details?: boolean;
}

/** A workflow that the server ships as an example. */
export interface ServerTemplate {
	/** Name of its file, without the extension. */
	name: string;
	title: string;
	/** One or two sentences; empty when there are none. */
	description: string;
	/** Such as `Text to Image`. */
	tags: string[];
}

/** What the servers of a pool may have: the models of a folder, the embeddings, or the choices of an input. */
export type Holding = { folder: string } | 'embeddings' | { nodeType: string; input: string };

/** What a ComfyUI server offers besides running jobs; absent on hosts that hide their servers. */
export interface ServerApi {
	objectInfo(options?: ObjectInfoOptions): Promise<ObjectInfo>;
	nodeDefinition(nodeType: string, options?: AbortOptions): Promise<NodeDefinition>;
	/** `GET /node_replacements`, the answer as it is; undefined on servers before 0.14. Missing where the host has none. */
	nodeReplacements?(options?: AbortOptions): Promise<unknown>;
	models(folder?: string, options?: AbortOptions): Promise<string[]>;
	embeddings(options?: AbortOptions): Promise<string[]>;
	modelMetadata(folder: string, filename: string, options?: AbortOptions): Promise<Record<string, unknown>>;
	/**
	 * What the servers of a pool have, each with the short names of the servers that have it; missing on every other host.
	 * Servers that are down are left out.
	 */
	whoHas?(what: Holding, options?: AbortOptions): Promise<Map<unknown, string[]>>;
	systemStats(options?: AbortOptions): Promise<SystemStats>;
	/** Empty on servers before 0.3.45. */
	features(options?: AbortOptions): Promise<Record<string, unknown>>;
	/** The number of running and pending jobs, from a small answer. Missing where the host has none. */
	queueRemaining?(options?: AbortOptions): Promise<number>;
	/** Running and pending jobs, in the order in which they run. */
	queue(options?: QueueListOptions): Promise<QueueEntry[]>;
	/** Entries in the form of the server, oldest first. */
	history(options?: {
		maxItems?: number;
		offset?: number;
		signal?: AbortSignal;
	}): Promise<Record<string, unknown>>;
	historyEntry(promptId: string, options?: AbortOptions): Promise<Record<string, unknown> | undefined>;
	/** Deletes entries, without IDs all of them; files stay. */
	deleteHistory(promptIds?: string[], options?: AbortOptions): Promise<void>;
	/** Interrupts the running job, also one of another user. */
	interrupt(options?: AbortOptions): Promise<void>;
	/** Removes all pending jobs, also those of other users; the running job continues. */
	clearQueue(options?: AbortOptions): Promise<void>;
	/** Takes effect when the worker is next idle. */
	free(options?: { unloadModels?: boolean; freeMemory?: boolean; signal?: AbortSignal }): Promise<void>;
	listUserFiles(folder: string, options?: AbortOptions): Promise<UserFile[]>;
	/**
	 * The workflows that the server ships, in the order of its gallery.
	 * @throws NotSupportedError when it ships none: servers before 0.3.6x, or without the package of templates
	 */
	listTemplates(options?: AbortOptions): Promise<ServerTemplate[]>;
	/**
	 * Text of a template in the editor's format.
	 * @throws NotFoundError
	 */
	readTemplate(name: string, options?: AbortOptions): Promise<string>;
	/** @throws NotFoundError */
	readUserFile(path: string, options?: AbortOptions): Promise<string>;
}
