import {
	AuthenticationError,
	type ComfyUiError,
	ConnectionError,
	copyError,
	HttpError,
	isComfyUiError,
	UnreachableFileError,
	ValidationError,
	type NodeProblem,
} from '../../core/errors';
import { isRetryable } from '../../core/retry';
import { tidy } from '../../core/text';
import { describeLacks, type Lack } from './needs';
import type { PoolMember } from './PoolMember';

/** What a server said when it was considered for a job. */
export type Answer =
	| { member: PoolMember; kind: 'able'; listsFiles: boolean }
	| { member: PoolMember; kind: 'lacks'; lacks: Lack[] }
	| { member: PoolMember; kind: 'failed'; error: unknown }
	| { member: PoolMember; kind: 'silent' };

/** Each server with the reason why it does not take the job, as one text. */
export function describeServers(answers: readonly Answer[]): string {
	return answers.map((answer) => `${answer.member.name}: ${reasonOfAnswer(answer)}`).join('; ');
}

function reasonOfAnswer(answer: Answer): string {
	switch (answer.kind) {
		case 'able': {
			const { jobs } = answer.member.state;
			return `is busy (${jobs} ${jobs === 1 ? 'job' : 'jobs'})`;
		}
		case 'lacks':
			return describeLacks(answer.lacks);
		case 'silent':
			return 'has not answered yet';
		default:
			return reasonOf(answer.error);
	}
}

/** Why a server failed, as a part of a sentence. */
export function reasonOf(error: unknown): string {
	return tidy(error instanceof Error ? error.message : String(error), 300).replace(/\.$/, '');
}

/** The error when no server has all that a workflow needs. */
export function unsuitable(answers: readonly Answer[]): ValidationError {
	const lacks = answers.flatMap((answer) => (answer.kind === 'lacks' ? answer.lacks : []));
	const problems = lacks.map(
		({ nodeType, input, value }): NodeProblem => ({
			nodeId: '',
			nodeType,
			type: input === undefined ? 'missing_node_type' : 'value_not_in_list',
			input,
			received: value,
			text: describeLacks([{ nodeType, input, value }]),
		}),
	);
	return new ValidationError(
		`No server of the pool has all that the workflow needs. ${describeServers(answers)}.`,
		'prompt_outputs_failed_validation',
		problems,
		'Install on one of the servers what is missing there, or correct the workflow.',
	);
}

/** Whether a server may take the job later. */
export function isTemporary(answer: Answer): boolean {
	return answer.kind === 'failed' ? isRetryable(answer.error, false) : answer.kind !== 'lacks';
}

/**
 * The error when no server can be used: of the same class as the reasons, if they all have one. Its member `servers` has
 * each server with its reason; `retryAfterMs` tells when the first of them is asked again.
 */
export function unavailable(answers: readonly Answer[]): ComfyUiError {
	const message = `No server of the pool can be used. ${describeServers(answers)}.`;
	const servers = answers.map((answer) => describeServers([answer]));
	const hint = 'Check the servers that the message names, and their entries in the list of the pool.';
	const errors = answers.flatMap((answer) => (answer.kind === 'failed' ? [answer.error] : []));
	const [first] = errors;
	const isShared = errors.length === answers.length && errors.every((error) => isSame(error, first));
	if (isShared && isComfyUiError(first)) {
		const retryAfterMs = Math.ceil(Math.min(...answers.map(({ member }) => member.state.pauseMs)));
		const pause = first instanceof HttpError ? { retryAfterMs } : {};
		return copyError(first, { message, hint: first.hint ?? hint, servers, ...pause });
	}
	return copyError(new ConnectionError(message, 'other', hint), { servers });
}

function isSame(error: unknown, other: unknown): boolean {
	if (!isComfyUiError(error) || !isComfyUiError(other) || error.code !== other.code) return false;
	return !(error instanceof HttpError && other instanceof HttpError) || error.status === other.status;
}

/** Connection errors after which no request can have reached the server. */
const NEVER_SENT = new Set(['refused', 'dns', 'tls', 'blocked']);

/** Whether a submission failed because of the server, which certainly has not accepted the job: another one may. */
export function isRefusedByServer(error: unknown): boolean {
	if (error instanceof UnreachableFileError) return false; // another server cannot get the file either
	if (error instanceof ConnectionError) return NEVER_SENT.has(error.reason);
	if (error instanceof HttpError) return error.status === 429 || error.status === 503;
	return error instanceof AuthenticationError;
}
