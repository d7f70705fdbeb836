import { randomUUID } from 'node:crypto';
import type { Machine, Process } from '../Process';
import type { ExtraData, Prompt, QueueItem } from '../types';
import { problem, type Problem } from '../validation/problems';
import { validatePrompt, type NodeErrors } from '../validation/validatePrompt';
import { toFloat, show } from '../wire/pythonText';
import { noticeDamage } from './damage';

const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isCanonicalUuid(value: unknown): value is string {
	return typeof value === 'string' && CANONICAL_UUID.test(value);
}

export type Submitted =
	| { accepted: true; prompt_id: string; number: number; node_errors: NodeErrors }
	| { accepted: false; error: Problem; node_errors: NodeErrors };

function refusal(error: Problem, node_errors: NodeErrors = {}): Submitted {
	return { accepted: false, error, node_errors };
}

const INVALID_ID = problem(
	'invalid_prompt_id',
	'prompt_id must be a valid UUID',
	'prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server generate one',
);
const NO_PROMPT = problem('no_prompt', 'No prompt provided', 'No prompt provided');

/** What POST /prompt does with its body. Throws where the real server answers 500. */
export class Submission {
	constructor(
		private readonly machine: Machine,
		private readonly process: Process,
		private readonly body: Record<string, unknown>,
	) {}

	submit(): Submitted {
		const { has, damage, faults } = this.machine;
		noticeDamage(this.body, damage);
		const number = this.number();
		if (!('prompt' in this.body)) return refusal(NO_PROMPT);
		const given = this.body['prompt_id'];
		const prompt_id = faults.replaceIds ? randomUUID() : this.promptId(given);
		if (prompt_id === undefined) return refusal(INVALID_ID);
		const prompt = this.body['prompt'] as Prompt;
		const targets = has('partialTargets') ? this.body['partial_execution_targets'] : undefined;
		const rules = { catalogue: this.machine.catalogue, behaviours: this.process.behaviours, has };
		const { error, outputs, nodeErrors } = validatePrompt(prompt, targets, rules);
		const extra = this.extraData();
		if (error) return refusal(error, nodeErrors);
		this.queue([number, prompt_id, prompt, extra, outputs]);
		return { accepted: true, prompt_id, number, node_errors: nodeErrors };
	}

	/** The counter moves on with every body that names no number, accepted or not. */
	private number(): number {
		if ('number' in this.body) return toFloat(this.body['number']);
		const number = this.process.submissions++;
		return this.body['front'] ? -number : number;
	}

	/** Undefined when it breaks the rule of 0.25; before, everything becomes text, null too. */
	private promptId(given: unknown): string | undefined {
		const { has } = this.machine;
		if (!has('clientPromptId')) return randomUUID();
		if (has('uuidPromptId')) {
			if (given === undefined || given === null) return randomUUID();
			return isCanonicalUuid(given) ? given : undefined;
		}
		return given === undefined ? randomUUID() : show(given);
	}

	private extraData(): ExtraData {
		const given = 'extra_data' in this.body ? this.body['extra_data'] : {};
		const isObject = given !== null && typeof given === 'object';
		if (!isObject && ('client_id' in this.body || this.machine.has('tidyHistory')))
			throw new TypeError('extra_data is no object');
		const extra = { ...(given as ExtraData) };
		if ('client_id' in this.body) extra.client_id = this.body['client_id'];
		if (this.machine.has('createTime')) extra.create_time = Date.now() + this.machine.settings.clockAheadMs;
		return extra;
	}

	private queue(item: QueueItem): void {
		try {
			this.process.queue.put(item);
		} catch (error) {
			this.machine.damage.push(`the same prompt_id and number twice in the queue: ${item[1]}`);
			throw error;
		}
		if (this.body['extra_data'] === null) this.process.pacer.kill();
		this.process.worker.wake();
	}
}
