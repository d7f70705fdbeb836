import { tidy } from '../core/text';
import { nameNode } from '../core/ApiWorkflow';

/** Something that the conversion omitted, assumed or could not decide. */
export interface ConversionWarning {
	/** Id of the node in API format, if the warning concerns one node. */
	nodeId?: string;
	nodeTitle?: string;
	nodeType?: string;
	/** Stable code, such as `missing-link`. */
	reason: string;
	/** One sentence for the user. */
	text: string;
}

/** The node that a warning names. */
interface NamedNode {
	title?: string;
	type: string;
}

const MAX_WARNINGS = 200;

/** Collects warnings without duplicates, at most {@link MAX_WARNINGS}. */
export class Warnings {
	readonly list: ConversionWarning[] = [];
	private readonly said = new Set<string>();

	private get isFull(): boolean {
		return this.list.length >= MAX_WARNINGS;
	}

	/** @param text predicate; the node's name is put before it */
	add(reason: string, nodeId: string, { title, type }: NamedNode, text: string): void {
		if (this.isFull) return;
		const named = `${tidy(nameNode(nodeId, title, type), 150)} ${text}`;
		this.push({ nodeId, ...(title && { nodeTitle: title }), nodeType: type, reason, text: named });
	}

	/** Adds a warning about the whole workflow. */
	addGeneral(reason: string, text: string): void {
		this.push({ reason, text });
	}

	private push({ text, ...others }: ConversionWarning): void {
		if (this.isFull) return;
		const warning = { ...others, text: tidy(text) };
		if (this.said.has(warning.text)) return;
		this.said.add(warning.text);
		this.list.push(warning);
	}
}
