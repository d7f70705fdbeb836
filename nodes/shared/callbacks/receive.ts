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

/** A host may count a slow answer as a failed call. */
const ANSWER_WITHIN_MS = 20_000;

/**
 * Takes the call of a host while the execution waits. The call is a hint and never the truth: nothing of it is
 * used but the run it names, and the host itself is asked how all jobs of the node stand. Only when none of them
 * goes on any more is the execution resumed; otherwise it goes on waiting, and the host is told why.
 *
 * It never throws: n8n would resume the execution with the error.
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
		return refuse(context, 404, 'No run with this ID is waited for.');
	}
	switch (await ask(context, runId, promptIds)) {
		case 'run-goes-on': // hosts that call again when they are refused do so after this
			return refuse(context, 503, 'The host says that the run has not ended.');
		case 'others-go-on':
			return refuse(context, 200, 'Other runs are still waited for.');
		case 'ended':
			return { workflowData: [items], webhookResponse: { message: 'Thank you, the execution goes on.' } };
	}
}

function notChecked(context: IWebhookFunctions, error: unknown): IWebhookResponseData {
	const reason = error instanceof Error ? tidy(error.message, 500) : 'unknown reason';
	context.logger.warn(`ComfyUI: a call of the host could not be checked, so the wait goes on: ${reason}`);
	return refuse(context, 503, 'The call could not be checked.');
}

/** Answers without resuming the execution. */
function refuse(context: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}

/** What the node handed out before it was put to wait, see `parkExecution`. */
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

/** The member that tells the run: RunPod, ComfyUI Deploy, ComfyUI Serverless. */
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

/** n8n parses a body only when the host says what it is. */
function parse(body: string | Uint8Array): unknown {
	try {
		return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
	} catch {
		return undefined;
	}
}

/** A host may call a moment before it says the same to those who ask. */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 1_000;

/** How the jobs of a node stand when a host has called about one of them. */
type CallbackState = 'ended' | 'run-goes-on' | 'others-go-on';

/**
 * Asks the host.
 * @param runId the job that the host called about, one of `promptIds`
 * @throws what the host answers when it cannot be asked
 */
async function callbackStateOf(
	{ host }: ComfyUiClient,
	runId: string,
	promptIds: string[],
	{ signal }: { signal: AbortSignal },
): Promise<CallbackState> {
	const anyGoesOn = async (some: string[]) =>
		some.length > 0 && [...(await host.getJobs(some, { signal })).values()].some(goesOn);
	for (let looks = 1; await anyGoesOn([runId]); looks++) {
		if (looks === LOOKS) return 'run-goes-on';
		await delay(BETWEEN_LOOKS_MS, { signal });
	}
	// Jobs mostly end in their order: a look at the last spares a look at all of them with every call.
	const others = promptIds.filter((promptId) => promptId !== runId);
	const goOn = (await anyGoesOn(others.slice(-1))) || (await anyGoesOn(others.slice(0, -1)));
	return goOn ? 'others-go-on' : 'ended';
}

/** A job that the host does not know any more is not worth waiting for either. */
function goesOn({ state }: JobStatus): boolean {
	return state === 'pending' || state === 'running';
}
