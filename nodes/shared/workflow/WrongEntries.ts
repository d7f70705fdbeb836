import { asError, InvalidInputError, isComfyUiError, type ComfyUiError } from '../../client/core/errors';

const MAX_LISTED = 20;
const MAX_HINTS = 5;

/** Collects what is wrong with the entries of one item, so that a person can correct all of them at once. */
export class WrongEntries {
	private readonly errors: ComfyUiError[] = [];
	private readonly findings: string[] = [];

	/** Whether an entry is wrong. */
	get any(): boolean {
		return this.errors.length > 0;
	}

	add(errors: readonly ComfyUiError[]): void {
		this.errors.push(...errors);
	}

	/** Adds what a check found besides, one sentence each. */
	addFindings(texts: readonly string[]): void {
		this.findings.push(...texts);
	}

	/** @returns what a function returns, in a list; an empty list when the entry that it reads is wrong */
	attempt<T>(read: () => T): T[] {
		try {
			return [read()];
		} catch (error) {
			if (!isComfyUiError(error)) throw asError(error);
			this.errors.push(error);
			return [];
		}
	}

	/** The error of the only wrong entry, or one that lists all of them. */
	toError(): ComfyUiError {
		const texts = [...this.errors.map(({ message }) => message), ...this.findings];
		if (texts.length === 1) return this.errors[0];
		const more = texts.length - MAX_LISTED;
		const lines = [...texts.slice(0, MAX_LISTED), ...(more > 0 ? [`and ${more} more.`] : [])];
		const hints = new Set(this.errors.flatMap(({ hint }) => hint ?? []));
		return new InvalidInputError(
			`${texts.length} entries cannot be used:\n${lines.join('\n')}`,
			[...hints].slice(0, MAX_HINTS).join(' ') || undefined,
		);
	}
}
