import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { InvalidInputError } from '../../client/core/errors';
import type { ExecutionHints } from '../ExecutionHints';
import { callbackUrl } from './callbackUrl';
import { defaultMinutes } from './properties';

/** Hosts elsewhere cannot call these. */
const ONLY_THIS_MACHINE = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Lets hosts resume the execution when the jobs of a node have ended. */
export class Callbacks {
	/** How long to wait for calls; set when the first callback URL is made. */
	private minutes?: number;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly hints: ExecutionHints,
	) {}

	/**
	 * The callback URL for one job; undefined when the option is off.
	 * @throws InvalidInputError, NotSupportedError when the node cannot wait for calls
	 */
	url(): string | undefined {
		const options = (this.context.getNodeParameter('options', 0, {}) ?? {}) as IDataObject;
		if (options.resumeByWebhook !== true) return undefined;
		if (this.context.getNode().type.endsWith('Tool')) {
			throw new InvalidInputError(
				'The tool of an AI Agent cannot wait for a call from the host.',
				'Switch off "Resume by Webhook" in the options.',
			);
		}
		const minutes = readMinutes(
			options.resumeAfter ?? defaultMinutes(this.context.getNodeParameter('host', 0)),
		);
		const url = callbackUrl(this.context);
		const { hostname, origin } = new URL(url);
		if (ONLY_THIS_MACHINE.test(hostname)) {
			this.hints.add(
				`The callback URL begins with ${origin}, which only this machine can reach. Set WEBHOOK_URL of n8n to an address that the host can reach; otherwise the execution goes on after ${minutes} minutes.`,
			);
		}
		this.minutes = minutes;
		return url;
	}

	/**
	 * Until when to wait for calls; undefined when there is nothing to wait for. Asks the hosts first: a job may have
	 * ended already, and n8n refuses calls that come while the execution still runs.
	 */
	async waitTill(jobs: Array<{ client: ComfyUiClient; promptId: string }>): Promise<Date | undefined> {
		if (this.minutes === undefined || jobs.length === 0) return undefined;
		const signal = this.context.getExecutionCancelSignal();
		const clients = new Map<ComfyUiClient, string[]>();
		for (const { client } of jobs) clients.set(client, []);
		for (const { client, promptId } of jobs) clients.get(client)?.push(promptId);
		for (const [client, promptIds] of clients) {
			// If the host cannot be asked now, the execution waits for its call or the time limit.
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
		'Enter how many minutes to wait for the host to call at most, such as 60.',
	);
}

/**
 * Suspends the execution after a node that has done its work.
 *
 * When the wait is over, n8n does not run the node again but passes on its input. So the input is replaced by the
 * output, which the following nodes then get, whether a call or the time limit ended the wait.
 */
export async function suspendExecution(
	context: IExecuteFunctions,
	output: INodeExecutionData[],
	till: Date,
): Promise<void> {
	context.getExecuteData().data = { main: [[...output]] };
	await context.putExecutionToWait(till);
}
