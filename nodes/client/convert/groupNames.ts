import type { GroupData, GroupNode } from './groupNodes/data';

/** The editor puts the title of the inner node before names that were taken already. */
export class GroupNames {
	private readonly seen = new Map<string, number>();

	constructor(private readonly data: GroupData) {}

	take({ ui, index }: GroupNode, input: string): string {
		let key = this.data.labelOf(index, input) ?? ui.inputs.find(({ name }) => name === input)?.label ?? input;
		let name = key;
		if ((ui.type === 'PrimitiveNode' && ui.title) || this.seen.has(name)) {
			const prefix = `${ui.title ?? ui.type} `;
			key = name = prefix + input;
			if (this.seen.has(name)) name = `${prefix}${this.seen.get(name) ?? index} ${input}`;
		}
		this.seen.set(key, (this.seen.get(key) ?? 1) + 1);
		return name;
	}
}
