import type { IExecuteFunctions } from 'n8n-workflow';
import { listed, tidy } from '../client/protocol/text';

/** What is to be said once, above the output, after all items. */
export class Remarks {
	private readonly texts = new Set<string>();
	private readonly missing: string[] = [];

	add(text: string): void {
		this.texts.add(text);
	}

	/** A file that the server no longer has. */
	addMissing(path: string): void {
		this.missing.push(path);
	}

	/** Shows the remarks in the editor. */
	show(context: IExecuteFunctions): void {
		const texts = [...this.texts];
		if (this.missing.length > 0) {
			const count = this.missing.length === 1 ? 'it' : 'them';
			texts.push(`Left out because the server no longer has ${count}: ${listed(this.missing)}.`);
		}
		for (const text of texts) {
			context.addExecutionHints({ type: 'warning', location: 'outputPane', message: tidy(text, 1000) });
		}
	}
}
