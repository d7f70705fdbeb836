import type { FunctionsBase, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import { NotSupportedError } from '../../client/core/errors';
import { CALLBACK_PATH } from './properties';

/**
 * An address for one job: where n8n resumes this execution, with a secret of ours beside n8n's own token.
 *
 * The secret is n8n's signature (HMAC with the key of the instance) of the execution, the node and a random ticket.
 * So it is worked out again when the call comes and kept nowhere: who may look at the execution, where n8n's token
 * can be read, still cannot make up a call.
 * @throws NotSupportedError when this n8n signs nothing
 */
export function callbackUrl(context: IExecuteFunctions): string {
	const url = new URL(String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0)));
	const ticket = crypto.randomUUID();
	url.pathname = `${url.pathname}/${CALLBACK_PATH}`;
	url.searchParams.set('ticket', ticket);
	url.searchParams.set('secret', secretOf(context, ticket));
	return url.href;
}

/** Whether a call has an address that {@link callbackUrl} made for this node in this execution. */
export function verifySignature(context: IWebhookFunctions): boolean {
	const { ticket, secret } = context.getQueryData() as { ticket?: unknown; secret?: unknown };
	if (typeof ticket !== 'string' || typeof secret !== 'string') return false;
	return isSame(secret, secretOf(context, ticket));
}

function secretOf(context: FunctionsBase, ticket: string): string {
	const sign = context.getSignedResumeUrl as FunctionsBase['getSignedResumeUrl'] | undefined;
	const signature =
		sign && new URL(sign.call(context, { comfyUiTicket: ticket })).searchParams.get('signature');
	if (signature) return signature;
	throw new NotSupportedError(
		'This version of n8n cannot make addresses that are safe to be called by a host.',
		'Update n8n, or switch off "Resume by Webhook".',
	);
}

/** Takes equally long wherever the texts differ. */
function isSame(given: string, expected: string): boolean {
	if (given.length !== expected.length) return false;
	let difference = 0;
	for (let index = 0; index < given.length; index++) {
		difference |= given.charCodeAt(index) ^ expected.charCodeAt(index);
	}
	return difference === 0;
}
