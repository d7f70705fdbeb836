import type { IExecuteFunctions } from 'n8n-workflow';
import { listed, tidy } from '../client/core/text';

const MAX_REFUSED = 5;

/** What is to be said once, above the output, after all items. */
export class ExecutionHints {
	private readonly texts = new Set<string>();
	private readonly missing: string[] = [];
	private readonly refused = new Set<string>();
	private summary?: string;

	add(text: string): void {
		this.texts.add(text);
	}

	/** A file that the server no longer has. */
	addMissing(path: string): void {
		this.missing.push(path);
	}

	/** What the server refused of jobs that it took, each text once. */
	addRefused(texts: string[]): void {
		for (const text of texts) this.refused.add(text);
	}

	/** How it went altogether: no warning. */
	sumUp(text: string | undefined): void {
		this.summary = text;
	}

	/** Shows the remarks in the editor. */
	show(context: IExecuteFunctions): void {
		const texts = [...this.texts];
		if (this.missing.length > 0) {
			const count = this.missing.length === 1 ? 'it' : 'them';
			texts.push(`Left out because the server no longer has ${count}: ${listed(this.missing)}.`);
		}
		if (this.refused.size > 0) {
			texts.push(`ComfyUI leaves some outputs out: ${listed([...this.refused], MAX_REFUSED)}`);
		}
		const hint = (type: 'info' | 'warning', text: string) =>
			context.addExecutionHints({ type, location: 'outputPane', message: tidy(text, 1000) });
		if (this.summary) hint('info', this.summary);
		for (const text of texts) hint('warning', text);
	}
}
