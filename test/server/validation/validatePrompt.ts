import type { Catalogue } from '../catalogue/Catalogue';
import type { Behaviours } from '../nodes/Behaviour';
import type { Prompt } from '../types';
import type { Has } from '../version';
import { show } from '../wire/pythonText';
import { InputValidator } from './InputValidator';
import { exceptionInOutput, problem, type Problem } from './problems';

export interface NodeErrors {
	[nodeId: string]: { errors: Problem[]; dependent_outputs: string[]; class_type: string };
}

/** Either outputs to execute or an error; node errors may come with both. */
export interface Validation {
	error: Problem | undefined;
	outputs: string[];
	nodeErrors: NodeErrors;
}

export interface Rules {
	catalogue: Catalogue;
	behaviours: Behaviours;
	has: Has;
}

function refused(error: Problem, nodeErrors: NodeErrors = {}): Validation {
	return { error, outputs: [], nodeErrors };
}

function missingClass(id: string, node: Prompt[string], has: Has): Problem {
	const name = node.class_type as string | undefined;
	if (has('missingNodeType')) {
		const title = node._meta?.title ?? name ?? null;
		const info = { node_id: id, class_type: name ?? null, node_title: title };
		const message =
			name === undefined
				? `Node '${title ?? `ID #${id}`}' has no class_type. The workflow may be corrupted or a custom node is missing.`
				: `Node '${title ?? name}' not found. The custom node may not be installed.`;
		return problem('missing_node_type', message, `Node ID '#${id}'`, info);
	}
	const message =
		name === undefined
			? 'Cannot execute because a node is missing the class_type property.'
			: `Cannot execute because node ${show(name)} does not exist.`;
	return problem('invalid_prompt', message, `Node ID '#${id}'`);
}

/** Every node needs a known class, reachable or not; throws on members that are no objects. */
function findMissingClass(prompt: Prompt, { catalogue, has }: Rules): Problem | undefined {
	for (const [id, node] of Object.entries(prompt)) {
		if (node === null || (typeof node !== 'object' && typeof node !== 'string'))
			throw new TypeError('argument is not iterable');
		if (!catalogue.get(node.class_type)) return missingClass(id, node, has);
	}
	return undefined;
}

/** Output nodes newest first: the real server walks a set, whose order differs from start to start. */
function findOutputs(prompt: Prompt, targets: unknown, catalogue: Catalogue): string[] {
	const wanted = Array.isArray(targets) ? targets : undefined;
	return Object.entries(prompt)
		.filter(([id, node]) => catalogue.get(node.class_type)?.output_node && (wanted?.includes(id) ?? true))
		.map(([id]) => id)
		.reverse();
}

/** Throws on a prompt that is no object; an empty list passes for an empty one. */
export function validatePrompt(prompt: Prompt, targets: unknown, rules: Rules): Validation {
	if (prompt === null || typeof prompt !== 'object' || (Array.isArray(prompt) && prompt.length > 0))
		throw new TypeError('the prompt is not iterable by node id');
	const missing = findMissingClass(prompt, rules);
	if (missing) return refused(missing);
	const outputs = findOutputs(prompt, targets, rules.catalogue);
	if (outputs.length === 0) return refused(problem('prompt_no_outputs', 'Prompt has no outputs', ''));
	const validator = new InputValidator(prompt, rules.catalogue, rules.behaviours, rules.has);
	const good: string[] = [];
	const nodeErrors: NodeErrors = {};
	const details: string[] = [];
	for (const output of outputs) {
		const verdict = checkOutput(validator, output);
		if (verdict.valid) good.push(output);
		else {
			details.push(...verdict.problems.map(({ message, details: text }) => `${message}: ${text}`));
			collect(validator, output, prompt, nodeErrors);
		}
	}
	if (good.length > 0) return { error: undefined, outputs: good, nodeErrors };
	const message = 'Prompt outputs failed validation';
	return refused(problem('prompt_outputs_failed_validation', message, details.join('\n')), nodeErrors);
}

function checkOutput(validator: InputValidator, output: string) {
	try {
		return validator.check(output);
	} catch (error) {
		const verdict = { valid: false, problems: [exceptionInOutput(error as Error)] };
		validator.verdicts.set(output, verdict);
		return verdict;
	}
}

/** A failed output is noted at every bad node known so far, also at those it does not depend on. */
function collect(validator: InputValidator, output: string, prompt: Prompt, nodeErrors: NodeErrors): void {
	for (const [id, { valid, problems }] of validator.verdicts) {
		if (valid || problems.length === 0) continue;
		const class_type = prompt[id]?.class_type ?? '';
		nodeErrors[id] ??= { errors: problems, dependent_outputs: [], class_type };
		nodeErrors[id].dependent_outputs.push(output);
	}
}
