import { collectOutputs, type CollectedOutputs, type OutputFile, type RawOutputs } from '../../outputs';
import { isRecord } from '../../workflow/types';

/** Under which key files stand whose key is not told. */
const KEY = 'files';

/**
 * Outputs of a job by node id and key. The service tells them as ComfyUI does, without addresses; its
 * documents show files with a `url`, also in plain lists and by kind instead of by node.
 */
export function readOutputs(value: unknown): RawOutputs {
	if (Array.isArray(value)) return fromList(value);
	if (!isRecord(value)) return {};
	const nodes = Object.entries(value).map(([name, output]): [string, Record<string, unknown>] => {
		if (isRecord(output) && !isFile(output)) return [name, mapValues(output, named)];
		return /^[\d:.]+$/.test(name) ? [name, { [KEY]: named(output) }] : ['', { [name]: named(output) }];
	});
	return merged(nodes);
}

/**
 * Files and texts in outputs, where files have addresses of their own; undefined where they have none.
 * @param base addresses may be relative to it
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
				{ [KEY]: [named(item)] },
			];
		}),
	);
}

/** Several entries may belong to one node. */
function merged(entries: Array<[nodeId: string, output: Record<string, unknown>]>): RawOutputs {
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

/** Gives files that are told by their address alone the name that stands in it. */
function named(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(named);
	if (typeof value === 'string') return /^https?:\/\//i.test(value) ? named({ url: value }) : value;
	if (!isRecord(value) || typeof value.url !== 'string' || typeof value.filename === 'string') return value;
	const path = URL.canParse(value.url, 'http://x') ? new URL(value.url, 'http://x').pathname : '';
	const parts = path.split('/').filter((part) => part && part !== 'download');
	return { ...value, filename: decoded(parts.pop() ?? '') || 'file' };
}

function withUrl(file: OutputFile, base: string): OutputFile {
	const { url, ...info } = file.info ?? {};
	if (typeof url !== 'string' || !URL.canParse(url, `${base}/`)) return file;
	const { href, protocol } = new URL(url.replace(/^\/(?!\/)/, ''), `${base}/`);
	if (protocol !== 'http:' && protocol !== 'https:') return file;
	return { ...file, url: href, info: Object.keys(info).length > 0 ? info : undefined };
}

const isFile = ({ filename, url }: Record<string, unknown>) =>
	typeof filename === 'string' || typeof url === 'string';

const mapValues = (record: Record<string, unknown>, map: (value: unknown) => unknown) =>
	Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
