import type { IExecuteFunctions } from 'n8n-workflow';
import { listed, tidy } from '../client/core/text';

const MAX_LEFT_OUT = 5;
const MAX_OF_ITEM = 5;

/** Collects hints of all items, to be shown once above the output of the node. */
export class ExecutionHints {
	private readonly texts = new Set<string>();
	private readonly byItem = new Map<number, Set<string>>();
	private readonly missing: string[] = [];
	private readonly leftOut = new Set<string>();
	private summary?: string;

	/** @param itemIndex the item that it concerns; when that fails, its error has the hint too */
	add(text: string, itemIndex?: number): void {
		this.texts.add(text);
		if (itemIndex === undefined) return;
		const ofItem = this.byItem.get(itemIndex) ?? new Set();
		this.byItem.set(itemIndex, ofItem);
		ofItem.add(text);
	}

	/** The hints of one item as one text, which may explain why it failed; undefined without any. */
	describe(itemIndex: number): string | undefined {
		const texts = [...(this.byItem.get(itemIndex) ?? [])];
		if (texts.length === 0) return undefined;
		const more = texts.length - MAX_OF_ITEM;
		const shown = texts.slice(0, MAX_OF_ITEM).map((text) => tidy(text, 300));
		return `Hints about the workflow: ${shown.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`;
	}

	/** A file that the server no longer has. */
	addMissing(path: string): void {
		this.missing.push(path);
	}

	/** Outputs that the server left out of jobs that it accepted; equal texts are shown once. */
	addLeftOut(texts: string[]): void {
		for (const text of texts) this.leftOut.add(text);
	}

	/** A summary, which is shown as information and not as a warning. */
	setSummary(text: string | undefined): void {
		this.summary = text;
	}

	/** Shows the hints in the editor. */
	show(context: IExecuteFunctions): void {
		const texts = [...this.texts];
		if (this.missing.length > 0) {
			const count = this.missing.length === 1 ? 'it' : 'them';
			texts.push(`Left out because the server no longer has ${count}: ${listed(this.missing)}.`);
		}
		if (this.leftOut.size > 0) {
			texts.push(`ComfyUI leaves some outputs out: ${listed([...this.leftOut], MAX_LEFT_OUT)}`);
		}
		const hint = (type: 'info' | 'warning', text: string) =>
			context.addExecutionHints({ type, location: 'outputPane', message: tidy(text, 1000) });
		if (this.summary) hint('info', this.summary);
		for (const text of texts) hint('warning', text);
	}
}
