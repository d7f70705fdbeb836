import { BigInteger } from '../core/json';
import type { ApiNode, ApiWorkflow } from '../core/ApiWorkflow';

/** Finds a field's value by node name (class or title) and field name. */
export type FindValue = (node: string, field: string) => unknown;

/** Options for {@link substituteNames}. */
export interface FileNameOptions {
	/** The date for `%date:...%`. Default: now. */
	now?: Date;
}

/** Nodes in whose `filename_prefix` the editor replaces names. */
export const SAVERS: ReadonlySet<string> = new Set([
	'SaveImage',
	'SaveImageAdvanced',
	'SaveSVGNode',
	'SaveVideo',
	'SaveAnimatedWEBP',
	'SaveWEBM',
	'SaveAudio',
	'SaveAudioMP3',
	'SaveAudioOpus',
	'SaveAudioAdvanced',
	'SaveGLB',
	'Save3DAdvanced',
	'SaveGaussianSplat',
	'SavePointCloud',
	'SaveAnimatedPNG',
	'CLIPSave',
	'VAESave',
	'ModelSave',
	'LoraSave',
	'SaveLatent',
]);

/** Nodes of packs whose front ends do the same: KJNodes and Easy-Use. */
const PACK_SAVERS: ReadonlySet<string> = new Set([
	'SaveImageKJ',
	'SaveImageWithAlpha',
	'SaveStringKJ',
	'DecodeAndSaveVideo',
	'ModelSaveKJ',
	'LoraExtractKJ',
	'easy imageSave',
	'easy fullkSampler',
	'easy kSampler',
	'easy kSamplerTiled',
	'easy kSamplerInpainting',
	'easy kSamplerDownscaleUnet',
	'easy kSamplerSDTurbo',
	'easy detailerFix',
]);

/** The input with the file name. */
const PREFIXES = ['filename_prefix', 'save_prefix'];

/**
 * Replaces `%date:yyyy-MM-dd%` and `%Node.field%` in the file names of nodes that save, as the editor does
 * and the server does not.
 * @returns a copy
 */
export function substituteNames(
	workflow: ApiWorkflow,
	{ now = new Date() }: FileNameOptions = {},
): ApiWorkflow {
	const copy = { ...workflow };
	for (const { id, node, name, text } of fileNames(workflow, now, findIn(workflow)))
		copy[id] = { ...node, inputs: { ...node.inputs, [name]: text } };
	return copy;
}

/**
 * Like {@link substituteNames}, in the workflow itself: a copy of one with thousands of nodes takes long.
 * @param find finds values by name
 * @param untouched `node id/input` of texts that stay unchanged
 */
export function substituteNamesIn(
	workflow: ApiWorkflow,
	now: Date,
	find: FindValue,
	untouched: ReadonlySet<string>,
): void {
	for (const { node, name, text } of fileNames(workflow, now, find, untouched)) node.inputs[name] = text;
}

/** A file name of a node that saves, with its names replaced. */
interface FileName {
	id: string;
	node: ApiNode;
	/** Of the input. */
	name: string;
	text: string;
}

function fileNames(
	workflow: ApiWorkflow,
	now: Date,
	find: FindValue,
	untouched?: ReadonlySet<string>,
): FileName[] {
	const found: FileName[] = [];
	for (const id of Object.keys(workflow)) {
		const node = workflow[id];
		const { class_type: type, inputs } = node;
		if (!SAVERS.has(type) && !PACK_SAVERS.has(type)) continue;
		const name = PREFIXES.find((prefix) => typeof inputs[prefix] === 'string');
		if (name === undefined || untouched?.has(`${id}/${name}`)) continue;
		found.push({ id, node, name, text: replaceNames(String(inputs[name]), find, now) });
	}
	return found;
}

/** Replaces the names in one text; unknown names stay. */
export function replaceNames(text: string, find: FindValue, now: Date): string {
	return text.replace(/%([^%]+)%/g, (match, name: string) => {
		const [node, field, ...others] = name.split('.');
		if (field === undefined || others.length > 0) {
			return node.startsWith('date:') ? formatDate(node.slice(5), now) : match;
		}
		const value = find(node, field);
		return value === undefined ? match : asFileName(value);
	});
}

function asFileName(value: unknown): string {
	const isPlain = typeof value !== 'object' || value instanceof BigInteger;
	return (isPlain ? String(value) : JSON.stringify(value)).replaceAll(/[/?<>\\:*|"\p{Cc}]/gu, '_');
}

const DATE_PARTS: Record<string, (date: Date) => number> = {
	d: (date) => date.getDate(),
	M: (date) => date.getMonth() + 1,
	h: (date) => date.getHours(),
	m: (date) => date.getMinutes(),
	s: (date) => date.getSeconds(),
};

function formatDate(format: string, date: Date): string {
	return format.replace(/dd?|MM?|hh?|mm?|ss?|yyy?y?/g, (part) => {
		if (part === 'yyyy') return String(date.getFullYear());
		if (part === 'yy') return String(date.getFullYear()).slice(2);
		return Object.hasOwn(DATE_PARTS, part[0])
			? String(DATE_PARTS[part[0]](date)).padStart(part.length, '0')
			: part;
	});
}

/** Finds values in a workflow in API format: first by class, as the editor does, then by title. */
function findIn(workflow: ApiWorkflow): FindValue {
	const nodes = Object.values(workflow);
	return (name, field) => {
		const node =
			nodes.find((item) => item.class_type === name && !SAVERS.has(name)) ??
			nodes.find((item) => item._meta?.title === name) ??
			nodes.find((item) => item.class_type === name);
		return node && Object.hasOwn(node.inputs, field) ? node.inputs[field] : undefined;
	};
}
