import type { ComfyUiClient } from '../client/ComfyUiClient';

/**
 * What servers said during one execution, so that a hundred items with the same question are one
 * request, also when each of them asks for a fresh answer.
 */
export class Answers {
	private readonly kept = new WeakMap<ComfyUiClient, Map<string, unknown>>();

	/** The answer to a question, asked at most once unless the asking did not succeed. */
	async get<T>(client: ComfyUiClient, question: string, ask: () => Promise<T>): Promise<T> {
		const answers = this.kept.get(client) ?? new Map<string, unknown>();
		this.kept.set(client, answers);
		if (!answers.has(question)) answers.set(question, await ask());
		return answers.get(question) as T;
	}
}
