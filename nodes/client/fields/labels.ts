import { titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import type { Role } from './roles';
import type { InputAddress } from '../workflow/declaredInputs';
import { definitionOf } from '../catalogue/definitionOf';
import { textOf } from '../core/text';
import type { ObjectInfo } from '../objectInfo/types';

/** Names inputs for people: `Sampler · steps`. */
export class Labels {
	private readonly used = new Set<string>();

	constructor(
		private readonly workflow: ApiWorkflow,
		private readonly objectInfo: ObjectInfo,
		private readonly roles: Map<string, Role>,
	) {}

	/** The name of an input by its node; what a title does not tell, the role does, and then the ID. */
	of({ nodeId, input }: InputAddress): string {
		const { class_type: type } = this.workflow[nodeId];
		const own = titleOf(this.workflow, nodeId)?.trim() || type;
		const shown = textOf(definitionOf(type, this.objectInfo)?.display_name || type);
		const title = own === type ? shown : own;
		const role = this.roles.get(nodeId);
		const untitled = title === shown && role ? ` (${role})` : '';
		return this.unique(`${title}${untitled} · ${input}`, nodeId);
	}

	/** A label that no other input has. */
	unique(label: string, nodeId: string): string {
		const numbered = this.used.has(label) ? `${label} #${nodeId}` : label;
		this.used.add(numbered);
		return numbered;
	}
}
