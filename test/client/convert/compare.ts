import type { Conversion } from '../../../nodes/client/convert/toApiFormat';
import type { ApiWorkflow } from '../../../nodes/client';

/** A workflow of the editor, and what the real editor made of it. */
export interface Pair {
	name: string;
	ui: { nodes: Array<{ id: number | string; title?: string }> };
	api: ApiWorkflow;
}

/** Inputs that depend on the machine on which a pair was recorded. */
const LEFT_OUT: Array<[classes: RegExp, input: RegExp]> = [
	[/^PreviewAny$/, /^preview/],
	[/./, /^audioUI$/],
	[/^LoadImageOutput$/, /^(image|refresh)$/],
	[/^(Load3D|Load3DAnimation|Preview3D|Preview3DAnimation|SaveGLB)$/, /^image$/],
];

/** One line for each difference between what was made of a pair and what the editor made of it. */
export function differences({ ui, api }: Pair, { prompt }: Pick<Conversion, 'prompt'>): string[] {
	const made = JSON.parse(JSON.stringify(prompt)) as ApiWorkflow;
	const titled = new Set(ui.nodes.filter(({ title }) => title).map(({ id }) => String(id)));
	return [...new Set([...Object.keys(api), ...Object.keys(made)])].flatMap((id) => {
		const [wanted, got] = [api[id], made[id]];
		if (!wanted || !got) return `node ${id} is ${got ? 'too many' : 'missing'}`;
		if (wanted.class_type !== got.class_type)
			return `node ${id} is a ${got.class_type}, not a ${wanted.class_type}`;
		const names = new Set([...Object.keys(wanted.inputs), ...Object.keys(got.inputs)]);
		const lines = [...names].flatMap((name) => {
			const [expected, actual] = [wanted.inputs[name], got.inputs[name]].map(sorted);
			if (expected === actual || isLeftOut(wanted.class_type, name, expected)) return [];
			return `node ${id} (${wanted.class_type}): ${name} is ${actual}, not ${expected}`;
		});
		const title = wanted._meta?.title;
		const isRenamed = titled.has(id) && title !== undefined && title !== got._meta?.title;
		return isRenamed ? [...lines, `node ${id} is called ${got._meta?.title}, not ${title}`] : lines;
	});
}

/** File names with a date in them differ from day to day. */
function isLeftOut(type: string, name: string, expected: string | undefined): boolean {
	if (name === 'filename_prefix' && /\d{2,4}-\d{1,2}-\d{1,2}/.test(expected ?? '')) return true;
	return LEFT_OUT.some(([classes, input]) => classes.test(type) && input.test(name));
}

function sorted(value: unknown): string | undefined {
	return JSON.stringify(value, (_, item: unknown) =>
		typeof item === 'object' && item !== null && !Array.isArray(item)
			? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
			: item,
	);
}
