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

/** A host may treat a slow answer as a failed call. */
const ANSWER_WITHIN_MS = 20_000;

/**
 * Handles the call of a host while the execution is suspended. The call is not trusted: only the run ID in it is used,
 * and the host is asked for the state of all jobs of the node. The execution is resumed only when all of them have
 * ended; otherwise it stays suspended, and the answer says why.
 *
 * Never throws: n8n would resume the execution with the error.
 */
export async function receiveCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await receive(context);
	} catch (error) {
		return notChecked(context, error);
	}
}

async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	if (!verifySignature(context)) return refuse(context, 401, 'The address of this call is not valid.');
	const items = waitingItems(context);
	const promptIds = items.flatMap(({ json }) => promptIdOf(json) ?? []);
	const runId = readRunId(context.getBodyData()) ?? readRunId(context.getRequestObject().rawBody);
	if (runId === undefined || !promptIds.includes(runId)) {
		return refuse(context, 404, 'The execution does not wait for a run with this ID.');
	}
	switch (await ask(context, runId, promptIds)) {
		case 'run-not-ended': // makes hosts that repeat refused calls call again
			return refuse(context, 503, 'The host says that the run has not ended.');
		case 'others-not-ended':
			return refuse(context, 200, 'The execution still waits for other runs.');
		case 'ended':
			return { workflowData: [items], webhookResponse: { message: 'The execution goes on.' } };
	}
}

function notChecked(context: IWebhookFunctions, error: unknown): IWebhookResponseData {
	const reason = error instanceof Error ? tidy(error.message, 500) : 'unknown reason';
	context.logger.warn(
		`ComfyUI: a call of the host could not be checked, so the execution stays suspended: ${reason}`,
	);
	return refuse(context, 503, 'The call could not be checked.');
}

/** Answers without resuming the execution. */
function refuse(context: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}

/** The output of the node before it was suspended, see `suspendExecution`. */
function waitingItems(context: IWebhookFunctions): INodeExecutionData[] {
	const items = context.evaluateExpression('{{ $input.all() }}') as unknown as INodeExecutionData[];
	return items.map((item, index) => ({ ...item, pairedItem: { item: index } }));
}

/** The job of an item; a failed item has none, though its input may have brought one along. */
function promptIdOf({ promptId, error }: IDataObject): string | undefined {
	return typeof promptId === 'string' && error === undefined ? promptId : undefined;
}

async function ask(context: IWebhookFunctions, runId: string, promptIds: string[]): Promise<CallbackState> {
	const clients = new Clients(asOfFirstItem(context));
	try {
		const client = await clients.for(0);
		return await callbackStateOf(client, runId, promptIds, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
	} finally {
		await clients.close();
	}
}

/** The context of a webhook has no items, so its parameters are read without an index. */
function asOfFirstItem(context: IWebhookFunctions): IExecuteFunctions {
	const getNodeParameter = (name: string, _itemIndex: number, fallback?: unknown) =>
		context.getNodeParameter(name, fallback);
	return Object.create(context, { getNodeParameter: { value: getNodeParameter } }) as IExecuteFunctions;
}

/** The member with the run ID: RunPod, ComfyUI Deploy, ComfyUI Serverless. */
const MEMBERS = ['id', 'run_id', 'execution_id'];

/** The run that a host reports on; undefined when its report names none. @param body parsed, or its text */
function readRunId(body: unknown): string | undefined {
	const report = typeof body === 'string' || body instanceof Uint8Array ? parse(body) : body;
	if (typeof report !== 'object' || report === null) return undefined;
	for (const name of MEMBERS) {
		const value = Object.hasOwn(report, name) ? (report as Record<string, unknown>)[name] : undefined;
		if (typeof value === 'string' && value) return value;
	}
	return undefined;
}

/** n8n parses a body only when it has a content type. */
function parse(body: string | Uint8Array): unknown {
	try {
		return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
	} catch {
		return undefined;
	}
}

/** A host may call a moment before its status says that the run has ended. */
const MAX_POLLS = 3;
const POLL_PAUSE_MS = 1_000;

/** The state of the jobs of a node when a host has called about one of them. */
type CallbackState = 'ended' | 'run-not-ended' | 'others-not-ended';

/**
 * Asks the host for the state of the jobs.
 * @param runId the job that the host called about, one of `promptIds`
 * @throws the error of the host when it cannot be asked
 */
async function callbackStateOf(
	{ host }: ComfyUiClient,
	runId: string,
	promptIds: string[],
	{ signal }: { signal: AbortSignal },
): Promise<CallbackState> {
	const anyActive = async (some: string[]) =>
		some.length > 0 && [...(await host.jobs.getJobs(some, { signal })).values()].some(isActive);
	for (let polls = 1; await anyActive([runId]); polls++) {
		if (polls === MAX_POLLS) return 'run-not-ended';
		await delay(POLL_PAUSE_MS, { signal });
	}
	// Jobs mostly end in order: asking for the last one first saves asking for all of them with every call.
	const others = promptIds.filter((promptId) => promptId !== runId);
	const othersActive = (await anyActive(others.slice(-1))) || (await anyActive(others.slice(0, -1)));
	return othersActive ? 'others-not-ended' : 'ended';
}

/** Whether a job has not ended. One that the host does not know any more is not waited for. */
function isActive({ state }: JobStatus): boolean {
	return state === 'pending' || state === 'running';
}
