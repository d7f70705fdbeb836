import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { InvalidInputError } from '../../client/core/errors';
import type { ExecutionHints } from '../ExecutionHints';
import { callbackUrl } from './callbackUrl';
import { defaultMinutes } from './properties';

/** Hosts elsewhere cannot call these. */
const ONLY_THIS_MACHINE = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** What a node that hands in jobs has to do for them to resume the execution. */
export class Callbacks {
	/** How long to wait for calls; set once an address was given out. */
	private minutes?: number;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly remarks: ExecutionHints,
	) {}

	/**
	 * The address for one job; undefined when nobody is to call.
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
			this.remarks.add(
				`The host is told to call ${origin}, which leads to n8n only on this machine. Set WEBHOOK_URL of n8n to an address that the host can reach; else the execution goes on after ${minutes} minutes.`,
			);
		}
		this.minutes = minutes;
		return url;
	}

	/**
	 * Until when to wait for calls; undefined when there is nothing to wait for. A job may have ended already, and
	 * a call that came while the execution still ran was refused by n8n, so the hosts are asked first.
	 */
	async waitTill(jobs: Array<{ client: ComfyUiClient; promptId: string }>): Promise<Date | undefined> {
		if (this.minutes === undefined || jobs.length === 0) return undefined;
		const signal = this.context.getExecutionCancelSignal();
		const clients = new Map<ComfyUiClient, string[]>();
		for (const { client } of jobs) clients.set(client, []);
		for (const { client, promptId } of jobs) clients.get(client)?.push(promptId);
		for (const [client, promptIds] of clients) {
			// A host that cannot be asked right now is waited for: it will call, or the time will be over.
			const looks = await client.host.getJobs(promptIds, { signal }).catch(() => undefined);
			if (promptIds.some((promptId) => looks?.get(promptId)?.state !== 'ended')) {
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
		'Enter how many minutes to wait for the host to call at the most, such as 60.',
	);
}

/**
 * Puts the execution to wait behind a node that has done its work.
 *
 * n8n does not run a node again when its wait is over: it passes on what the node was given. So the node is given
 * its own output, and what follows gets that, whether a call or the time limit ended the wait.
 */
export async function suspendExecution(
	context: IExecuteFunctions,
	output: INodeExecutionData[],
	till: Date,
): Promise<void> {
	context.getExecuteData().data = { main: [[...output]] };
	await context.putExecutionToWait(till);
}
