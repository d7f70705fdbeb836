import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { delay, linkSignals } from '../client/core/time';
import { asError } from '../client/core/errors';
import type { WatchEvent } from '../client/watch/events';
import type { WatchCursor } from '../client/watch/WatchCursor';
import { clientForTrigger } from '../shared/clients';
import { toNodeError } from '../shared/errors';
import { EventBatches } from './EventBatches';
import { readSettings, type TriggerSettings } from './settings';
import { startExecution } from './startExecution';
import { toItems } from './toItems';

/** How long the activation waits for the first answer of the server: what ends after it starts the workflow. */
const FIRST_ANSWER_MS = 10_000;

/** What n8n stores for the node. It is saved when an execution starts, and when the workflow is activated. */
interface StoredData {
	/** Where to continue: after the last event whose execution has ended. */
	cursor?: WatchCursor;
	/** The IDs of the events of each batch whose execution has not ended. */
	batches?: string[][];
}

/**
 * Watches the jobs of the server until n8n calls `closeFunction`.
 * @throws NodeOperationError for a parameter or a credential that is wrong, which makes the activation fail
 */
export async function startTrigger(context: ITriggerFunctions): Promise<ITriggerResponse> {
	try {
		const settings = readSettings(context);
		const client = await clientForTrigger(context);
		return context.getMode() === 'manual'
			? watchOnce(context, client, settings)
			: await watchOn(context, client, settings);
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

/** "Execute workflow" in the editor: returns the next event, and stores nothing. */
function watchOnce(
	context: ITriggerFunctions,
	client: ComfyUiClient,
	settings: TriggerSettings,
): ITriggerResponse {
	const stop = new AbortController();
	const { signal } = stop;
	let hasEmitted = false;
	const onEvent = async (event: WatchEvent) => {
		if (hasEmitted || !settings.matches(event)) return;
		hasEmitted = true;
		context.emit([await toItems(context, client, event, settings, { signal })]);
		stop.abort();
	};
	const closeFunction = async () => {
		stop.abort();
		await client.close();
	};
	const manualTriggerFunction = async () => {
		void watch(client, settings, { signal, onEvent })
			.catch((error: unknown) => context.emitError(toNodeError(context.getNode(), error)))
			.finally(closeFunction);
	};
	return { closeFunction, manualTriggerFunction };
}

/** An active workflow: starts an execution for each event, and continues where the executions before a restart ended. */
async function watchOn(
	context: ITriggerFunctions,
	client: ComfyUiClient,
	settings: TriggerSettings,
): Promise<ITriggerResponse> {
	const stop = new AbortController();
	const { signal } = stop;
	const stored = context.getWorkflowStaticData('node') as StoredData;
	const run = async (events: WatchEvent[], key: string) => {
		const items = [];
		for (const event of events) items.push(...(await toItems(context, client, event, settings, { signal })));
		await startExecution(context, items, key, { signal });
	};
	const batches = new EventBatches(settings.batchMs, stored.batches ?? [], run, {
		signal,
		onChange: (open) => (stored.batches = open),
	});
	const since = settings.catchUp ? stored.cursor : undefined;
	let begin = () => {};
	const begun = new Promise<void>((resolve) => (begin = resolve));
	const watching = watch(client, settings, {
		signal,
		since,
		onEvent: async (event) => {
			if (settings.matches(event)) await batches.add(event);
		},
		onCursor: (cursor) => {
			stored.cursor = cursor;
			begin();
		},
	});
	const closeFunction = async () => {
		stop.abort();
		await watching.catch(() => {}); // n8n was told by emitError
		await client.close();
	};
	// With a cursor nothing is lost before the first answer, and its executions must not be waited for here.
	if (!since) {
		const { controller, unlink } = linkSignals(signal);
		try {
			await Promise.race([begun, watching, delay(FIRST_ANSWER_MS, { signal: controller.signal })]);
		} catch (error) {
			await closeFunction();
			throw asError(error);
		} finally {
			controller.abort();
			unlink();
		}
	}
	watching.catch((error: unknown) => {
		if (!signal.aborted) context.emitError(toNodeError(context.getNode(), error));
	});
	return { closeFunction };
}

type Watching = Pick<Parameters<ComfyUiClient['watchJobs']>[0], 'signal' | 'since' | 'onEvent' | 'onCursor'>;

async function watch(client: ComfyUiClient, settings: TriggerSettings, watching: Watching): Promise<void> {
	const { events, workflowId, pollMs } = settings;
	await client.watchJobs({ events, workflowId, pollMs, ...watching });
}
