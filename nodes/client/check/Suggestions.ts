import { suggestChoices } from '../objectInfo/choices';
import type { ObjectInfo } from '../objectInfo/types';
import type { Choice } from '../objectInfo/inputs';
import { suggestNodeTypes } from '../objectInfo/nodeTypes';

/** Comparing names takes time, and there may be thousands of models and as many mistakes. */
const MAX_COMPARED = 10_000;

/** What may be meant by the names that one check finds missing: each is looked for once, and not without end. */
export class Suggestions {
	private readonly found = new WeakMap<object, Map<unknown, unknown[]>>();
	private compared = 0;

	nodeTypes(name: string, objectInfo: ObjectInfo): string[] {
		const count = () => Object.keys(objectInfo).length;
		return this.once(objectInfo, name, count, () => suggestNodeTypes(name, objectInfo));
	}

	choices(choices: readonly Choice[], value: unknown): Choice[] {
		return this.once(
			choices,
			value,
			() => choices.length,
			() => suggestChoices(choices, value),
		);
	}

	private once<T>(among: object, name: unknown, count: () => number, search: () => T[]): T[] {
		const known = this.found.get(among) ?? new Map<unknown, unknown[]>();
		this.found.set(among, known);
		const before = known.get(name);
		if (before) return before as T[];
		if (this.compared >= MAX_COMPARED) return [];
		this.compared += count();
		const found = search();
		known.set(name, found);
		return found;
	}
}
