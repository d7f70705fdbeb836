import { mediaOf, type MediaKind } from '../core/media';
import { titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import { isDeeperThan, isRecord } from '../core/guards';

/** Converts the outputs of nodes into files and texts. Reads every key, since custom nodes use their own. */

/** Where a server keeps a file; the bytes of a `frame` came over the WebSocket or as a text, and are in no folder of the server. */
export type FileType = 'output' | 'temp' | 'input' | 'frame';

/** One file that a job made. */
export interface OutputFile {
	/** Node of the workflow that reported it. */
	nodeId: string;
	nodeTitle?: string;
	nodeType?: string;
	/** The key under which the node reported it: images, gifs, audio, 3d ... */
	key: string;
	filename: string;
	/** Relative to the root of `type`; empty for the root itself. */
	subfolder: string;
	type: FileType;
	kind: MediaKind;
	mimeType: string;
	/** Where it can be fetched with the server's credentials; holds none itself. */
	url?: string;
	/** The short name of the server that has it, on a pool. */
	server?: string;
	/** Further facts the node gave, such as format and frame_rate. */
	info?: Record<string, unknown>;
	/** The bytes, where they came with the result: of a `frame`, and on hosts that send files along. Not enumerable in JSON. */
	data?: Uint8Array;
}

/** One text that a job made. */
export interface OutputText {
	nodeId: string;
	nodeTitle?: string;
	key: string;
	text: string;
}

/** Outputs by node id and key, as the server reports them. */
export type RawOutputs = Record<string, Record<string, unknown>>;

const FILE_FIELDS = new Set(['filename', 'subfolder', 'type']);
/** Facts that show the server's disk layout, or repeat the file's name. */
const HIDDEN_FIELDS = new Set(['fullpath', 'workflow']);
const TEXT_KEYS = /^(text|texts|string|strings|prompt|caption|tags)$/i;
const MODEL_FILE = /\.(glb|gltf|obj|stl|ply|fbx|usdz|splat|ksplat|spz)$/i;

/** What is found in the outputs of one job. */
export interface CollectedOutputs {
	files: OutputFile[];
	texts: OutputText[];
}

/**
 * Collects files and texts in the order in which the server lists them.
 * @param workflow gives titles and classes
 * @param displayNode maps the dotted ids of expanded nodes back to nodes of the workflow
 */
export function collectOutputs(
	outputs: RawOutputs,
	workflow?: ApiWorkflow,
	displayNode: (nodeId: string) => string = (nodeId) => nodeId,
): CollectedOutputs {
	const files: OutputFile[] = [];
	const texts: OutputText[] = [];
	for (const [id, output] of Object.entries(outputs)) {
		if (!isRecord(output)) continue;
		const nodeId = displayNode(id);
		const nodeTitle = titleOf(workflow, nodeId);
		const nodeType = workflow?.[nodeId]?.class_type;
		for (const [key, value] of Object.entries(output)) {
			for (const item of flatten(value)) {
				const file = key === 'animated' ? undefined : toFile(item);
				if (file) files.push({ nodeId, nodeTitle, nodeType, key, ...file });
				else if (typeof item === 'string' && TEXT_KEYS.test(key))
					texts.push({ nodeId, nodeTitle, key, text: item });
			}
		}
	}
	return { files: unique(files), texts };
}

/** Lists as nodes nest them, one level after the other; what is no list is a list of one. */
function flatten(value: unknown): unknown[] {
	return Array.isArray(value) ? value.flat(3) : [value];
}

type FoundFile = Pick<OutputFile, 'filename' | 'subfolder' | 'type' | 'kind' | 'mimeType' | 'info'>;

function toFile(item: unknown): FoundFile | undefined {
	if (typeof item === 'string') return modelFile(item);
	if (!isRecord(item) || typeof item.filename !== 'string' || !item.filename) return undefined;
	const info = Object.fromEntries(
		Object.entries(item).filter(
			([name, value]) => !FILE_FIELDS.has(name) && !HIDDEN_FIELDS.has(name) && value !== null,
		),
	);
	return {
		filename: item.filename,
		subfolder: typeof item.subfolder === 'string' ? item.subfolder : '',
		type: item.type === 'temp' || item.type === 'input' ? item.type : 'output',
		...mediaOf(item.filename),
		...(Object.keys(info).length > 0 && { info }),
	};
}

/** Preview3D reports a path as text, relative to the output folder or annotated like `a/b.glb [output]`. */
function modelFile(text: string): FoundFile | undefined {
	const [, path, type] = /^(.*?)(?: \[(output|temp|input)\])?$/.exec(text.trim()) ?? [];
	if (!path || path.length > 500 || !MODEL_FILE.test(path)) return undefined;
	const parts = path.split(/[\\/]/);
	const filename = parts.pop() as string;
	return { filename, subfolder: parts.join('/'), type: (type as FileType) ?? 'output', ...mediaOf(filename) };
}

/** Objects around a fact about a file: the outputs, the node and the file. */
const OBJECTS_AROUND_FACT = 3;
/** The same with the lists between them, which nodes nest. */
const LEVELS_AROUND_FACT = 7;

/** Removes the facts that are nested too deeply for JSON: an item that held one could not be stored. */
export function withoutDeepFacts<T>(outputs: T): T {
	if (!isDeeperThan(outputs)) return outputs;
	return (prune(outputs, OBJECTS_AROUND_FACT, LEVELS_AROUND_FACT) ?? {}) as T;
}

/** @returns undefined where nothing remains */
function prune(value: unknown, objects: number, levels: number): unknown {
	if (!isDeeperThan(value)) return value;
	if (levels === 0 || (objects === 0 && !Array.isArray(value))) return undefined;
	if (Array.isArray(value)) {
		const items = value.map((item) => prune(item, objects, levels - 1)).filter((item) => item !== undefined);
		return items.length > 0 ? items : undefined;
	}
	const members = Object.entries(value as object)
		.map(([name, item]) => [name, prune(item, objects - 1, levels - 1)])
		.filter(([, item]) => item !== undefined);
	return members.length > 0 ? Object.fromEntries(members) : undefined;
}

/** The same file under two keys or nodes (a saver and its preview) counts once. */
function unique(files: OutputFile[]): OutputFile[] {
	const seen = new Set<string>();
	return files.filter(({ type, subfolder, filename }) => {
		const id = JSON.stringify([type, subfolder, filename]);
		return !seen.has(id) && seen.add(id);
	});
}

/** Leaves previews out, unless they are all there is beside texts that were too long for the result. */
export function withoutPreviews(files: OutputFile[]): OutputFile[] {
	const kept = files.filter(({ type }) => type !== 'temp');
	return kept.some(({ type, kind }) => type !== 'frame' || kind !== 'text') ? kept : files;
}
