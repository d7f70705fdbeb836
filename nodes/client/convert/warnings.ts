import { tidy } from '../core/text';
import { nameNode } from '../core/ApiWorkflow';

/** Something that the conversion left out, guessed or could not tell. */
export interface ConversionWarning {
	/** Id of the node in API format, where the warning is about one. */
	nodeId?: string;
	nodeTitle?: string;
	nodeType?: string;
	/** Short and stable, such as `missing-link`. */
	reason: string;
	/** One sentence for a person. */
	text: string;
}

/** What a warning needs to know of a node. */
interface NamedNode {
	title?: string;
	type: string;
}

const MAX_WARNINGS = 200;

/** Collects warnings; each is said once, and not more than a person would read. */
export class Warnings {
	readonly list: ConversionWarning[] = [];
	private readonly said = new Set<string>();

	/** @param text what is said of the node; its name is put before it */
	add(reason: string, nodeId: string, { title, type }: NamedNode, text: string): void {
		const named = `${tidy(nameNode(nodeId, title, type), 150)} ${text}`;
		this.push({ nodeId, ...(title && { nodeTitle: title }), nodeType: type, reason, text: named });
	}

	/** A warning that is about no single node. */
	addGeneral(reason: string, text: string): void {
		this.push({ reason, text });
	}

	private push({ text, ...others }: ConversionWarning): void {
		const warning = { ...others, text: tidy(text) };
		if (this.said.has(warning.text) || this.list.length >= MAX_WARNINGS) return;
		this.said.add(warning.text);
		this.list.push(warning);
	}
}
