import type { FunctionsBase, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import { NotSupportedError } from '../../client/core/errors';
import { CALLBACK_PATH } from './properties';

/**
 * The callback URL for one job: the resume URL of this execution, with a secret in addition to the token of n8n.
 *
 * The secret is n8n's signature (HMAC with the key of the instance) of the execution, the node and a random ticket. It is
 * computed again when the call arrives, and stored nowhere: users who can read the token of n8n in the execution data
 * cannot forge a call.
 * @throws NotSupportedError when this version of n8n has no signatures
 */
export function callbackUrl(context: IExecuteFunctions): string {
	const url = new URL(String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0)));
	const ticket = crypto.randomUUID();
	url.pathname = `${url.pathname}/${CALLBACK_PATH}`;
	url.searchParams.set('ticket', ticket);
	url.searchParams.set('secret', secretOf(context, ticket));
	return url.href;
}

/** Whether {@link callbackUrl} created the URL of a call for this node in this execution. */
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
		'This version of n8n cannot create signed URLs for the calls of a host.',
		'Update n8n, or turn off "Resume by Webhook".',
	);
}

/** Compares in constant time, so that the duration does not reveal where the texts differ. */
function isSame(given: string, expected: string): boolean {
	if (given.length !== expected.length) return false;
	let difference = 0;
	for (let index = 0; index < given.length; index++) {
		difference |= given.charCodeAt(index) ^ expected.charCodeAt(index);
	}
	return difference === 0;
}
