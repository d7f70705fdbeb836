import type { Catalogue } from '../catalogue/Catalogue';
import type { InputSpec, NodeDefinition } from '../catalogue/NodeDefinition';
import type { Behaviours } from '../nodes/Behaviour';
import type { Prompt, PromptNode } from '../types';
import type { Has } from '../version';
import { PythonError } from '../wire/pythonText';
import { fitsType, lookUp, slotType } from './linkTypes';
import {
	badLink,
	customFailure,
	exceptionInLinked,
	missingInput,
	notConvertible,
	problem,
	typeMismatch,
	type Problem,
} from './problems';
import { checkValue, coerce, unwrap } from './values';

function missingArgument(className: string, name: string): PythonError {
	const message = `${className}.VALIDATE_INPUTS() missing 1 required positional argument: '${name}'`;
	return new PythonError('TypeError', message);
}

export interface Verdict {
	valid: boolean;
	problems: Problem[];
}

/**
 * Checks a node and everything it is linked to, and coerces values inside the prompt. A node with bad
 * links upstream is invalid without problems of its own; after a type mismatch, the nodes upstream are not checked.
 */
export class InputValidator {
	readonly verdicts = new Map<string, Verdict>();
	private readonly visiting: string[] = [];

	constructor(
		private readonly prompt: Prompt,
		private readonly catalogue: Catalogue,
		private readonly behaviours: Behaviours,
		private readonly has: Has,
	) {}

	check(id: string): Verdict {
		const known = this.verdicts.get(id);
		if (known) return known;
		if (this.visiting.includes(id)) return this.cycle(id);
		this.visiting.push(id);
		try {
			const verdict = this.examine(lookUp(this.prompt, id));
			const named = this.verdicts.get(id) ?? verdict;
			this.verdicts.set(id, named);
			return named;
		} finally {
			this.visiting.pop();
		}
	}

	private examine(node: PromptNode): Verdict {
		const definition = this.catalogue.get(node.class_type) as NodeDefinition;
		if (!('inputs' in node)) throw new PythonError('KeyError', "'inputs'");
		if (node.inputs === null || typeof node.inputs !== 'object')
			throw new PythonError('TypeError', "argument of type 'NoneType' is not iterable");
		const verdict: Verdict = { valid: true, problems: [] };
		for (const [name, spec] of Object.entries(definition.input.required ?? {})) {
			if (Object.hasOwn(node.inputs, name)) this.input(node, name, spec, verdict);
			else verdict.problems.push(missingInput(name));
		}
		for (const [name, spec] of Object.entries(definition.input.optional ?? {}))
			if (Object.hasOwn(node.inputs, name)) this.input(node, name, spec, verdict);
		this.custom(node, verdict);
		return { ...verdict, valid: verdict.valid && verdict.problems.length === 0 };
	}

	private input(node: PromptNode, name: string, spec: InputSpec, verdict: Verdict): void {
		const value = node.inputs[name];
		if (Array.isArray(value)) this.link(name, spec, value, verdict);
		else this.value(node, name, spec, verdict);
	}

	private link(name: string, spec: InputSpec, link: unknown[], verdict: Verdict): void {
		if (link.length !== 2) {
			verdict.problems.push(badLink(name, spec, link));
			return;
		}
		const source = lookUp(this.prompt, link[0]);
		const outputs = this.catalogue.get(source.class_type)?.output ?? [];
		const received = slotType(outputs, link[1]);
		if (!fitsType(received, spec[0])) {
			verdict.problems.push(typeMismatch(name, spec, received, link));
			return;
		}
		const sourceId = String(link[0]);
		try {
			if (!this.check(sourceId).valid) verdict.valid = false;
		} catch (error) {
			verdict.valid = false;
			const problems = [exceptionInLinked(name, spec, link, error as Error)];
			this.verdicts.set(sourceId, { valid: false, problems });
		}
	}

	private value(node: PromptNode, name: string, spec: InputSpec, verdict: Verdict): void {
		const given = unwrap(node.inputs[name]);
		try {
			node.inputs[name] = coerce(spec[0], given);
		} catch (error) {
			verdict.problems.push(notConvertible(name, spec, given, error as Error));
			return;
		}
		if (this.behaviours[node.class_type]?.validates?.[name]) return;
		const found = checkValue(name, spec, node.inputs[name], this.has);
		if (found) verdict.problems.push(found);
	}

	/** Inputs with a check of the class's own. */
	private custom(node: PromptNode, verdict: Verdict): void {
		for (const [name, check] of Object.entries(this.behaviours[node.class_type]?.validates ?? {})) {
			const value = node.inputs[name];
			if (Array.isArray(value)) continue;
			if (value === undefined) throw missingArgument(node.class_type, name);
			const result = check(value);
			if (result !== true) verdict.problems.push(customFailure(name, result));
		}
	}

	/** Before 0.20 the recursion error left nothing to show: 400 without any node error. */
	private cycle(id: string): Verdict {
		if (!this.has('cycleNamed')) return { valid: false, problems: [] };
		const path = [...this.visiting.slice(this.visiting.indexOf(id)), id];
		const nodes = [...new Set(path)];
		const details = path.map((one) => `${one} (${this.prompt[one]?.class_type})`).join(' -> ');
		for (const one of nodes) {
			const info = { node_id: one, cycle_nodes: nodes };
			const problems = [problem('dependency_cycle', 'Dependency cycle detected', details, info)];
			this.verdicts.set(one, { valid: false, problems });
		}
		return this.verdicts.get(id) as Verdict;
	}
}
