import { BigInteger } from '../core/json';
import type { ApiWorkflow } from '../core/ApiWorkflow';

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

/**
 * Replaces `%date:yyyy-MM-dd%` and `%Node.field%` in the file names of nodes that save, as the editor does
 * and the server does not.
 * @param find finds values by name. Default: searches the workflow
 * @param untouched `node id/input` of texts that stay unchanged
 * @returns a copy
 */
export function substituteNames(
	workflow: ApiWorkflow,
	{ now = new Date() }: FileNameOptions = {},
	find: FindValue = findIn(workflow),
	untouched?: ReadonlySet<string>,
): ApiWorkflow {
	return Object.fromEntries(
		Object.entries(workflow).map(([id, node]) => {
			const prefix = node.inputs.filename_prefix;
			if (!SAVERS.has(node.class_type) || typeof prefix !== 'string') return [id, node];
			if (untouched?.has(`${id}/filename_prefix`)) return [id, node];
			return [id, { ...node, inputs: { ...node.inputs, filename_prefix: replaceNames(prefix, find, now) } }];
		}),
	);
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
