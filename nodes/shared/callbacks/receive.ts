import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { tidy } from '../../client/core/text';
import { Clients } from '../clients';
import { verifySignature } from './callbackUrl';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { delay } from '../../client/core/time';
import type { JobStatus } from '../../client/hosts/Host';

/** A host may treat a slow response as a failed call. */
const RESPONSE_TIMEOUT_MS = 20_000;

/**
 * Handles the call of a host while the execution is suspended. The content of the call is not trusted: only the ID of the
 * run is read from it, and the host is asked for the status of all jobs of the node. The execution is resumed when all
 * jobs have ended. Otherwise it stays suspended, and the response gives the reason.
 *
 * It never throws, because n8n would resume the execution with the error.
 */
export async function receiveCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await receive(context);
	} catch (error) {
		return notChecked(context, error);
	}
}

async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	if (!verifySignature(context)) return refuse(context, 401, 'The URL of this call is not valid.');
	const items = waitingItems(context);
	const promptIds = items.flatMap(({ json }) => promptIdOf(json) ?? []);
	const runId = readRunId(context.getBodyData()) ?? readRunId(context.getRequestObject().rawBody);
	if (runId === undefined || !promptIds.includes(runId)) {
		return refuse(context, 404, 'The execution does not wait for a run with this ID.');
	}
	switch (await callbackState(context, runId, promptIds)) {
		case 'run-not-ended': // after this status hosts that repeat refused calls call again
			return refuse(context, 503, 'According to the host, the run has not ended.');
		case 'others-not-ended':
			return refuse(context, 200, 'The execution still waits for other runs.');
		case 'ended':
			return { workflowData: [items], webhookResponse: { message: 'The execution continues.' } };
	}
}

function notChecked(context: IWebhookFunctions, error: unknown): IWebhookResponseData {
	const reason = error instanceof Error ? tidy(error.message, 500) : 'unknown reason';
	context.logger.warn(
		`ComfyUI: a call of the host could not be checked, so the execution stays suspended: ${reason}`,
	);
	return refuse(context, 503, 'The call could not be checked.');
}

/** Sends a response without resuming the execution. */
function refuse(context: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}

/** The output of the node before it was suspended, see `suspendExecution`. */
function waitingItems(context: IWebhookFunctions): INodeExecutionData[] {
	const items = context.evaluateExpression('{{ $input.all() }}') as unknown as INodeExecutionData[];
	return items.map((item, index) => ({ ...item, pairedItem: { item: index } }));
}

/** The job of an item. A failed item has none, although its input may contain a promptId. */
function promptIdOf({ promptId, error }: IDataObject): string | undefined {
	return typeof promptId === 'string' && error === undefined ? promptId : undefined;
}

async function callbackState(
	context: IWebhookFunctions,
	runId: string,
	promptIds: string[],
): Promise<CallbackState> {
	const clients = new Clients(withItemParameters(context));
	try {
		const client = await clients.for(0);
		return await readState(client, runId, promptIds, { signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS) });
	} finally {
		await clients.close();
	}
}

/** The context of a webhook has no items, so its parameters are read without an item index. */
function withItemParameters(context: IWebhookFunctions): IExecuteFunctions {
	const getNodeParameter = (name: string, _itemIndex: number, fallback?: unknown) =>
		context.getNodeParameter(name, fallback);
	return Object.create(context, { getNodeParameter: { value: getNodeParameter } }) as IExecuteFunctions;
}

/** The member with the ID of the run: RunPod, ComfyUI Deploy, ComfyUI Serverless, RunComfy. */
const ID_MEMBERS = ['id', 'run_id', 'execution_id', 'request_id'];

/** The ID of the run in a call; undefined when there is none. @param body parsed, or its text */
function readRunId(body: unknown): string | undefined {
	const report = typeof body === 'string' || body instanceof Uint8Array ? parse(body) : body;
	if (typeof report !== 'object' || report === null) return undefined;
	for (const name of ID_MEMBERS) {
		const value = Object.hasOwn(report, name) ? (report as Record<string, unknown>)[name] : undefined;
		if (typeof value === 'string' && value) return value;
	}
	return undefined;
}

/** n8n parses a body only when the request has a known content type. */
function parse(body: string | Uint8Array): unknown {
	try {
		return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
	} catch {
		return undefined;
	}
}

/** A host may call shortly before its API reports that the run has ended. */
const MAX_POLLS = 3;
const POLL_INTERVAL_MS = 1_000;

/** The state of the jobs of a node after the host has called about one of them. */
type CallbackState = 'ended' | 'run-not-ended' | 'others-not-ended';

/**
 * Gets the state from the host.
 * @param runId the job that the host called about, one of `promptIds`
 * @throws errors of the host
 */
async function readState(
	{ host }: ComfyUiClient,
	runId: string,
	promptIds: string[],
	{ signal }: { signal: AbortSignal },
): Promise<CallbackState> {
	const anyActive = async (some: string[]) =>
		some.length > 0 && [...(await host.jobs.getJobs(some, { signal })).values()].some(isActive);
	for (let polls = 1; await anyActive([runId]); polls++) {
		if (polls === MAX_POLLS) return 'run-not-ended';
		await delay(POLL_INTERVAL_MS, { signal });
	}
	// Jobs usually end in their order, so polling the last one first avoids polling all of them with every call.
	const others = promptIds.filter((promptId) => promptId !== runId);
	const active = (await anyActive(others.slice(-1))) || (await anyActive(others.slice(0, -1)));
	return active ? 'others-not-ended' : 'ended';
}

/** Whether a job has not ended. A job that the host no longer knows is not active. */
function isActive({ state }: JobStatus): boolean {
	return state === 'pending' || state === 'running';
}
