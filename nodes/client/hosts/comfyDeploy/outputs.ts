import {
	collectOutputs,
	type CollectedOutputs,
	type OutputFile,
	type RawOutputs,
} from '../../protocol/outputs';
import type { ExecutionErrorData } from '../../protocol/messages';
import { isRecord } from '../../core/guards';
import { readErrorData } from './errors';

/** Contents of the outputs of a run. */
interface RunOutputs {
	collected: CollectedOutputs;
	raw: RawOutputs;
	errors: ExecutionErrorData[];
}

/** Output of one node; the open-source web app does not return its ID. */
interface Reported {
	nodeId: string;
	nodeType?: string;
	data: Record<string, unknown>;
}

/** Useless after the run, or repeated in another member of the file. */
const HIDDEN = new Set(['url', 'upload_duration']);

/** Reads `outputs`, or the older `workflow_outputs`, of a run. */
export function readOutputs(run: Record<string, unknown>): RunOutputs {
	const files = new Map<string, OutputFile>();
	const raw: RawOutputs = Object.create(null);
	const found: RunOutputs = { collected: { files: [], texts: [] }, raw, errors: [] };
	for (const [index, { nodeId, nodeType, data }] of reportsOf(run).entries()) {
		const failure = readErrorData(data);
		if (failure) found.errors.push(failure);
		if (typeof data.exception_message === 'string') continue; // the data of an event, not outputs
		const outputs = failure ? withoutError(data) : data;
		if (Object.keys(outputs).length === 0) continue;
		const key = nodeId || `output ${index + 1}`;
		raw[key] = { ...raw[key], ...outputs };
		const collected = collectOutputs({ [nodeId]: named(outputs) });
		found.collected.texts.push(...collected.texts);
		for (const file of collected.files) {
			const placed = withUrl({ ...file, nodeType });
			const { type, subfolder, filename } = file;
			// signed URLs of one file differ in their query
			const id = JSON.stringify([placed.url?.split('?')[0], type, subfolder, filename]);
			if (!files.has(id)) files.set(id, placed);
		}
	}
	found.collected.files.push(...files.values());
	return found;
}

function reportsOf(run: Record<string, unknown>): Reported[] {
	if (Array.isArray(run.outputs)) {
		return run.outputs.filter(isRecord).flatMap(({ node_id: id, node_meta: meta, data }): Reported[] => {
			if (!isRecord(data)) return [];
			const facts = isRecord(meta) ? meta : {};
			const nodeType = typeof facts.node_class === 'string' ? facts.node_class : undefined;
			return [{ nodeId: String(id ?? facts.node_id ?? ''), nodeType, data }];
		});
	}
	const older = isRecord(run.workflow_outputs) ? run.workflow_outputs : run.outputs;
	if (!isRecord(older)) return [];
	const entries = Object.entries(older);
	const byNode = entries.length > 0 && entries.every(([, value]) => isRecord(value));
	return byNode
		? entries.map(([nodeId, data]) => ({ nodeId, data: data as Record<string, unknown> }))
		: [{ nodeId: '', data: older }];
}

function withoutError(data: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(data).filter(([key]) => key !== 'error'));
}

/** The older form has URLs only, which contain the name. */
function named(data: Record<string, unknown>): Record<string, unknown> {
	const withName = (item: unknown) =>
		isRecord(item) && !item.filename && typeof item.url === 'string'
			? { ...item, filename: nameIn(item.url) }
			: item;
	return Object.fromEntries(
		Object.entries(data).map(([key, value]) => [key, Array.isArray(value) ? value.map(withName) : value]),
	);
}

/** The last part of the path of a URL; empty when there is none. */
export function nameIn(url: string): string {
	const last = (URL.canParse(url) ? new URL(url).pathname : '').split('/').pop() ?? '';
	try {
		return decodeURIComponent(last).split('/').pop() ?? ''; // some storages encode the slashes of a path
	} catch {
		return last; // a percent sign that is not an escape
	}
}

function withUrl({ info = {}, ...file }: OutputFile): OutputFile {
	const facts = Object.fromEntries(Object.entries(info).filter(([name]) => !HIDDEN.has(name)));
	const url = typeof info.url === 'string' && /^https?:\/\//i.test(info.url) ? info.url : undefined;
	return { ...file, ...(url && { url }), ...(Object.keys(facts).length > 0 && { info: facts }) };
}
