import { isLink, type ApiWorkflow } from '../core/ApiWorkflow';

/** Purpose of a prompt: the positive and the negative prompt usually have the same title. */
export type Role = 'positive' | 'negative';

/**
 * Finds the nodes that lead to an input called `positive` or `negative`, but not to both. All nodes before a
 * sampler are followed, so that prompts before ControlNets and combiners are distinguished too.
 */
export function rolesOf(workflow: ApiWorkflow): Map<string, Role> {
	const [positive, negative] = (['positive', 'negative'] as const).map((role) => feeding(workflow, role));
	const roles = new Map<string, Role>();
	for (const id of positive) if (!negative.has(id)) roles.set(id, 'positive');
	for (const id of negative) if (!positive.has(id)) roles.set(id, 'negative');
	return roles;
}

/** Ids of the nodes whose output reaches an input with this name. */
function feeding(workflow: ApiWorkflow, role: Role): Set<string> {
	const other: Role = role === 'positive' ? 'negative' : 'positive';
	const open = Object.values(workflow).flatMap(({ inputs }) => sourceOf(inputs[role]));
	const found = new Set<string>();
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		if (found.has(id) || !Object.hasOwn(workflow, id)) continue;
		found.add(id);
		const { inputs } = workflow[id];
		// A node with both inputs keeps them apart: its negative input leads to its negative output.
		const passed = Object.entries(inputs).filter(([name]) => name !== other);
		for (const [, value] of passed) open.push(...sourceOf(value));
	}
	return found;
}

const sourceOf = (value: unknown): string[] => (isLink(value) ? [value[0]] : []);
