import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { InvalidInputError } from '../../client/core/errors';
import type { ExecutionHints } from '../ExecutionHints';
import { callbackUrl } from './callbackUrl';
import { defaultMinutes } from './properties';

/** Names and addresses of this machine, which other machines cannot reach. */
const LOCAL_HOST = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Lets hosts resume the execution of a node that submits jobs. */
export class Callbacks {
	/** How long to wait for calls, in minutes. Set with the first URL. */
	private minutes?: number;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly hints: ExecutionHints,
	) {}

	/**
	 * The callback URL for one job; undefined when "Resume by Webhook" is off.
	 * @throws InvalidInputError, NotSupportedError when the node cannot wait for calls
	 */
	url(): string | undefined {
		const options = (this.context.getNodeParameter('options', 0, {}) ?? {}) as IDataObject;
		if (options.resumeByWebhook !== true) return undefined;
		if (this.context.getNode().type.endsWith('Tool')) {
			throw new InvalidInputError(
				'The tool of an AI Agent cannot wait for a call from the host.',
				'Turn off "Resume by Webhook" in the options.',
			);
		}
		const minutes = readMinutes(
			options.resumeAfter ?? defaultMinutes(this.context.getNodeParameter('host', 0)),
		);
		const url = callbackUrl(this.context);
		const { hostname, origin } = new URL(url);
		if (LOCAL_HOST.test(hostname)) {
			this.hints.add(
				`The callback URL begins with ${origin}, which only this machine can reach. Set WEBHOOK_URL of n8n to a URL that the host can reach. Otherwise the execution continues after ${minutes} minutes.`,
			);
		}
		this.minutes = minutes;
		return url;
	}

	/**
	 * The time until which to wait for calls; undefined when all jobs have ended. The hosts are asked first, because n8n
	 * refuses calls that arrive while the execution is still running.
	 */
	async waitTill(jobs: Array<{ client: ComfyUiClient; promptId: string }>): Promise<Date | undefined> {
		if (this.minutes === undefined || jobs.length === 0) return undefined;
		const signal = this.context.getExecutionCancelSignal();
		const clients = new Map<ComfyUiClient, string[]>();
		for (const { client } of jobs) clients.set(client, []);
		for (const { client, promptId } of jobs) clients.get(client)?.push(promptId);
		for (const [client, promptIds] of clients) {
			// If the host cannot be reached now, wait: it calls later, or the time limit ends the wait.
			const statuses = await client.host.jobs.getJobs(promptIds, { signal }).catch(() => undefined);
			if (promptIds.some((promptId) => statuses?.get(promptId)?.state !== 'ended')) {
				return new Date(Date.now() + this.minutes * 60_000);
			}
		}
		return undefined;
	}
}

function readMinutes(value: unknown): number {
	const minutes = Number(value);
	if (Number.isFinite(minutes) && minutes > 0) return minutes;
	throw new InvalidInputError(
		'"Resume After (Minutes)" is not a number of minutes.',
		'Enter a number of minutes, such as 60.',
	);
}

/**
 * Suspends the execution after a node.
 *
 * When the wait ends, n8n does not run the node again but passes on its input. So the node gets its own output as input,
 * and the next node receives this output whether a call or the time limit ended the wait.
 */
export async function suspendExecution(
	context: IExecuteFunctions,
	output: INodeExecutionData[],
	till: Date,
): Promise<void> {
	context.getExecuteData().data = { main: [[...output]] };
	await context.putExecutionToWait(till);
}
