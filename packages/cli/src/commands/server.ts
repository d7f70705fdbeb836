import { createReadStream } from 'node:fs';
import path from 'node:path';
import {
	describeNode,
	didYouMean,
	inputWithChoices,
	listNodeTypes,
	NotFoundError,
	type NodeInput,
} from 'comfyui-workflows-client';
import type { Context } from '../Context';
import { UsageError } from '../errors';
import { byteSize, printable, shorten } from '../terminal/text';
import { sizeOf } from '../workflow/Uploads';

const MAX_SHOWN = 80;

/** `comfyui models`: the model folders, or the models in one. */
export async function models(context: Context, folder: string | undefined): Promise<void> {
	const { out, signal } = context;
	const names = await (await context.connect()).models(folder, { signal });
	out.result(folder === undefined ? { folders: names } : { folder, models: names }, () => {
		names.forEach((name) => out.line(printable(name)));
	});
}

/** `comfyui nodes`: the node types of the server. */
export async function nodes(
	context: Context,
	text: string | undefined,
	{ category, outputs }: { category?: string; outputs?: boolean },
): Promise<void> {
	const { out, signal } = context;
	const objectInfo = await (await context.connect()).objectInfo({ signal });
	const rows = listNodeTypes(objectInfo, { text, category, outputNodesOnly: outputs });
	if (out.json) return out.result({ nodes: rows });
	await out.table(
		['NODE TYPE', 'NAME', 'CATEGORY'],
		rows.map(({ nodeType, displayName, category: folder }) => [nodeType, displayName, folder]),
	);
}

/** `comfyui node`: the inputs and outputs of a node type. */
export async function node(context: Context, nodeType: string): Promise<void> {
	const { out, signal } = context;
	const objectInfo = await (await context.connect()).objectInfo({ signal });
	if (!Object.hasOwn(objectInfo, nodeType)) throw noNodeType(nodeType, Object.keys(objectInfo));
	const facts = describeNode(nodeType, objectInfo[nodeType]);
	out.result({ ...facts }, () => {
		out.line(`${facts.nodeType}: ${printable(facts.displayName)}`);
		if (facts.description) out.line(printable(facts.description));
		out.line(`category: ${printable(facts.category)}`);
		out.line('inputs:');
		for (const input of facts.inputs) out.line(`  ${printable(describeInput(input))}`);
		out.line('outputs:');
		for (const { name, type, isList } of facts.outputs)
			out.line(`  ${printable(name)}: ${printable(type)}${isList ? ' list' : ''}`);
	});
}

function describeInput({
	name,
	type,
	required,
	default: value,
	min,
	max,
	choices,
	tooltip,
}: NodeInput): string {
	const facts = [
		required ? '' : 'optional',
		value === undefined ? '' : `default ${shorten(JSON.stringify(value), 40)}`,
		min === undefined && max === undefined ? '' : `${min ?? ''}..${max ?? ''}`,
		choices ? shorten(`one of ${choices.join(', ')}`, MAX_SHOWN) : '',
		tooltip ? shorten(tooltip, MAX_SHOWN) : '',
	].filter(Boolean);
	return `${name}: ${type}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}`;
}

/** `comfyui choices`: what an input of a node type takes, one per line. */
export async function choices(context: Context, reference: string): Promise<void> {
	const { out, signal } = context;
	const objectInfo = await (await context.connect()).objectInfo({ signal });
	const dot = reference.lastIndexOf('.');
	const [nodeType, name] = dot > 0 ? [reference.slice(0, dot), reference.slice(dot + 1)] : [reference, ''];
	if (!name) throw new UsageError('Write the node type, a dot and the input: KSampler.sampler_name');
	if (!Object.hasOwn(objectInfo, nodeType)) throw noNodeType(nodeType, Object.keys(objectInfo));
	const input = inputWithChoices(nodeType, objectInfo[nodeType], name);
	out.result({ nodeType, input: name, choices: input.choices }, () => {
		input.choices.forEach((choice) => out.line(printable(String(choice))));
	});
}

const noNodeType = (nodeType: string, known: string[]) =>
	new NotFoundError(
		`The server has no node type "${nodeType}". ${didYouMean(nodeType, known)}`.trim(),
		'comfyui nodes lists them.',
	);

/** `comfyui templates`: the workflows that the server ships. */
export async function templates(context: Context, text: string | undefined): Promise<void> {
	const { out, signal } = context;
	const all = await (await context.connect()).listTemplates({ signal });
	const wanted = text?.toLowerCase() ?? '';
	const found = all.filter(({ name, title, description, tags }) =>
		[name, title, description, ...tags].some((fact) => fact.toLowerCase().includes(wanted)),
	);
	if (out.json) return out.result({ templates: found });
	await out.table(
		['NAME', 'TITLE', 'TAGS'],
		found.map(({ name, title, tags }) => [name, title, tags.join(', ')]),
	);
}

/** `comfyui stats`: version, devices and the queue of the server. */
export async function stats(context: Context): Promise<void> {
	const { out, signal } = context;
	const client = await context.connect();
	if (!client.host.server) {
		const [text, health] = [await client.host.verify({ signal }), await client.host.health?.({ signal })];
		return out.result({ host: client.host.name, message: text, ...(health && { health }) }, () => {
			out.line(printable(text));
			if (health) out.line(JSON.stringify(health, null, 2));
		});
	}
	const [facts, queue] = await Promise.all([client.getSystemStats({ signal }), client.getQueue({ signal })]);
	const running = queue.filter(({ state }) => state === 'running').length;
	out.result({ ...facts, queue: { running, pending: queue.length - running } }, () => {
		const { comfyui_version: version, os, python_version: python, pytorch_version: torch } = facts.system;
		out.line(`ComfyUI ${version ?? 'before 0.3'} at ${client.host.base}`);
		out.line(
			`system: ${printable([os, python && `Python ${python}`, torch && `PyTorch ${torch}`].filter(Boolean).join(', '))}`,
		);
		for (const { name, vram_free: free, vram_total: total } of facts.devices)
			out.line(`device: ${printable(name)}, ${byteSize(free)} of ${byteSize(total)} free`);
		out.line(`queue: ${running} running, ${queue.length - running} pending`);
	});
}

/** `comfyui free`: unloads models and frees memory. */
export async function free(context: Context, { models: onlyModels }: { models?: boolean }): Promise<void> {
	const client = await context.connect();
	await client.free({ unloadModels: true, freeMemory: !onlyModels, signal: context.signal });
	context.out.result({ requested: true }, () => {
		context.out.note('The server frees its memory when it is next idle.');
	});
}

/** `comfyui upload`: stores files on the server and prints the values that inputs take. */
export async function upload(
	context: Context,
	files: string[],
	options: { subfolder?: string; type?: string; overwrite?: boolean },
): Promise<void> {
	const { out, signal } = context;
	const sizes = files.map(sizeOf);
	const { subfolder, overwrite = false, type = 'input' } = options;
	if (type !== 'input' && type !== 'temp' && type !== 'output')
		throw new UsageError('--type has to be input, temp or output.');
	const client = await context.connect();
	const uploaded: Array<Record<string, unknown>> = [];
	for (const [index, file] of files.entries()) {
		const data = createReadStream(file);
		const target = { filename: path.basename(file), subfolder, type, overwrite, size: sizes[index] } as const;
		const result = await client.uploadImage({ ...target, data }, { signal });
		uploaded.push({ file, ...result });
		if (!out.json) out.line(printable(result.value));
	}
	out.result({ files: uploaded });
}
