import {
	collectOutputs,
	type CollectedOutputs,
	type OutputFile,
	type RawOutputs,
} from '../../protocol/outputs';
import { isRecord } from '../../core/guards';

type Output = Record<string, unknown>;

/** The key of files without a key. */
const KEY = 'files';
/** Under other keys a URL is a text like any other. */
const FILE_KEYS = /^(images?|gifs?|videos?|audios?|files?|3d)$/i;
/** Maximum depth of nested lists. */
const MAX_DEPTH = 3;

/**
 * Outputs of a job by node ID and key. The service returns them in the form of ComfyUI, without URLs; its
 * documentation shows files with a `url`, also in plain lists and by kind instead of by node.
 */
export function readOutputs(value: unknown): RawOutputs {
	if (Array.isArray(value)) return fromList(value);
	if (!isRecord(value)) return {};
	const entries = Object.entries(value);
	if (entries.every(([, output]) => isNode(output)))
		return Object.fromEntries(entries.map(([id, output]) => [id, namedIn(output as Output)]));
	const nodes = entries.map(([name, output]): [string, Output] => {
		if (isNode(output)) return [name, namedIn(output)];
		return /^[\d:.]+$/.test(name) ? [name, namedIn({ [KEY]: output })] : ['', namedIn({ [name]: output })];
	});
	return merged(nodes);
}

/**
 * Files and texts in outputs whose files have URLs; undefined when no file has one.
 * @param base URLs may be relative to it
 */
export function collectWithUrls(outputs: RawOutputs, base: string): CollectedOutputs | undefined {
	const { files, texts } = collectOutputs(outputs);
	const located = files.map((file) => withUrl(file, base));
	return located.some(({ url }) => url !== undefined) ? { files: located, texts } : undefined;
}

function fromList(list: unknown[]): RawOutputs {
	return merged(
		list.filter(isRecord).map((item) => {
			const nodeId = item.node_id ?? item.nodeId;
			return [
				typeof nodeId === 'string' || typeof nodeId === 'number' ? String(nodeId) : '',
				namedIn({ [KEY]: [item] }),
			];
		}),
	);
}

/** Several entries may belong to one node. */
function merged(entries: Array<[nodeId: string, output: Output]>): RawOutputs {
	const nodes = new Map<string, Map<string, unknown[]>>();
	for (const [nodeId, output] of entries) {
		const keys = nodes.get(nodeId) ?? new Map<string, unknown[]>();
		nodes.set(nodeId, keys);
		for (const [key, value] of Object.entries(output)) {
			const items = keys.get(key) ?? [];
			keys.set(key, items);
			for (const item of Array.isArray(value) ? value : [value]) items.push(item);
		}
	}
	return Object.fromEntries([...nodes].map(([nodeId, keys]) => [nodeId, Object.fromEntries(keys)]));
}

/** Adds the name from the URL to files that have only a URL. */
function namedIn(output: Output): Output {
	return Object.fromEntries(
		Object.entries(output).map(([key, value]) => [key, named(value, FILE_KEYS.test(key), MAX_DEPTH)]),
	);
}

function named(value: unknown, isFiles: boolean, depth: number): unknown {
	if (Array.isArray(value)) return depth > 0 ? value.map((item) => named(item, isFiles, depth - 1)) : value;
	if (typeof value === 'string' && isFiles && /^https?:\/\//i.test(value))
		return { url: value, filename: nameIn(value) };
	if (!isRecord(value) || typeof value.url !== 'string' || typeof value.filename === 'string') return value;
	return { ...value, filename: nameIn(value.url) };
}

function nameIn(url: string): string {
	const path = URL.canParse(url, 'http://x') ? new URL(url, 'http://x').pathname : '';
	const parts = path.split('/').filter((part) => part && part !== 'download');
	return decoded(parts.pop() ?? '') || 'file';
}

function withUrl(file: OutputFile, base: string): OutputFile {
	const { url, ...info } = file.info ?? {};
	if (typeof url !== 'string' || !URL.canParse(url, `${base}/`)) return file;
	const { href, protocol } = new URL(url.replace(/^\/(?!\/)/, ''), `${base}/`);
	if (protocol !== 'http:' && protocol !== 'https:') return file;
	return { ...file, url: href, info: Object.keys(info).length > 0 ? info : undefined };
}

/** Whether this is the output of a node, as opposed to a file. */
function isNode(value: unknown): value is Output {
	return isRecord(value) && typeof value.filename !== 'string' && typeof value.url !== 'string';
}

function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
