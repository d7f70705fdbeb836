import { saveWorkflow, type ApiNode, type ApiWorkflow } from 'comfyui-workflows-client';
import type { Context } from '../Context';
import { printable, shorten } from '../terminal/text';
import { loadPrompt } from '../workflow/loadPrompt';

/** A difference between two workflows. */
interface Change {
	change: 'added' | 'removed' | 'changed';
	nodeId: string;
	title: string;
	/** Absent when the whole node was added or removed. */
	input?: string;
	before?: unknown;
	after?: unknown;
}

const MAX_SHOWN = 80;

/** `comfyui diff`: which nodes and inputs differ. With `--exit-code` differences end with 1. */
export async function diff(
	context: Context,
	first: string,
	second: string,
	{ exitCode }: { exitCode?: boolean },
): Promise<void> {
	const { out } = context;
	const changes = compare(await loadPrompt(context, first), await loadPrompt(context, second));
	out.result({ equal: changes.length === 0, changes }, () => {
		const { colors } = out;
		const signs = { added: colors.green('+'), removed: colors.red('-'), changed: colors.yellow('~') };
		for (const { change, nodeId, title, input, before, after } of changes) {
			const node = `${printable(title)} (${nodeId})`;
			const values = input === undefined ? '' : `.${input}: ${show(before)} -> ${show(after)}`;
			out.line(`${signs[change]} ${node}${values}`);
		}
		if (changes.length === 0) out.note('The workflows are equal.');
	});
	if (exitCode && changes.length > 0) process.exitCode = 1;
}

const show = (value: unknown) =>
	value === undefined ? 'nothing' : shorten(JSON.stringify(value), MAX_SHOWN);

function compare(a: ApiWorkflow, b: ApiWorkflow): Change[] {
	const ids = [...new Set([...Object.keys(a), ...Object.keys(b)])];
	return ids.flatMap((nodeId): Change[] => {
		const [before, after] = [own(a, nodeId), own(b, nodeId)];
		if (!before || !after) {
			const node = (before ?? after) as ApiNode;
			return [{ change: before ? 'removed' : 'added', nodeId, title: titleOf(node) }];
		}
		return [...typeChange(nodeId, before, after), ...inputChanges(nodeId, before, after)];
	});
}

function typeChange(nodeId: string, before: ApiNode, after: ApiNode): Change[] {
	if (before.class_type === after.class_type) return [];
	const [from, to] = [before.class_type, after.class_type];
	return [{ change: 'changed', nodeId, title: titleOf(after), input: 'class_type', before: from, after: to }];
}

function inputChanges(nodeId: string, a: ApiNode, b: ApiNode): Change[] {
	const names = [...new Set([...Object.keys(a.inputs), ...Object.keys(b.inputs)])];
	return names.flatMap((input): Change[] => {
		const [before, after] = [exact(a, input), exact(b, input)];
		if (JSON.stringify(before) === JSON.stringify(after)) return [];
		return [{ change: 'changed', nodeId, title: titleOf(b), input, before, after }];
	});
}

/** The value as JSON has it, with all digits of a long seed. */
function exact(node: ApiNode, input: string): unknown {
	const value = Object.hasOwn(node.inputs, input) ? node.inputs[input] : undefined;
	if (typeof value !== 'object' || value === null) return value;
	const text = saveWorkflow({ x: { class_type: 'x', inputs: { value } } });
	const digits = /"value":\s*(-?\d{16,})/.exec(text)?.[1];
	return digits ?? value;
}

const own = (workflow: ApiWorkflow, id: string) => (Object.hasOwn(workflow, id) ? workflow[id] : undefined);
const titleOf = (node: ApiNode) => node._meta?.title ?? node.class_type;
