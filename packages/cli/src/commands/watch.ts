import type { WatchEvent, WatchEventType } from 'comfyui-workflows-client';
import type { Context } from '../Context';
import { UsageError } from '../errors';
import { duration, printable } from '../terminal/text';

const EVENTS = ['started', 'finished', 'failed', 'cancelled', 'queueEmpty', 'offline', 'online'] as const;

/** `comfyui watch`: one line for each event of all jobs, until it is stopped. */
export async function watch(context: Context, { events }: { events?: string }): Promise<void> {
	const { out, interrupts } = context;
	const wanted = events === undefined ? undefined : events.split(',').map(readEvent);
	const client = await context.connect();
	await client.watchJobs({
		events: wanted,
		signal: interrupts.signal,
		onEvent: (event) => {
			if (out.json) out.document(toDocument(event));
			else out.line(describe(event));
		},
	});
}

function readEvent(text: string): WatchEventType {
	const event = EVENTS.find((name) => name === text.trim());
	if (event) return event;
	throw new UsageError(`There is no event "${text}".`, `The events are ${EVENTS.join(', ')}.`);
}

/** Workflows and outputs are left out: one event is one short line. */
function toDocument(event: WatchEvent): Record<string, unknown> {
	const { type, id, server } = event;
	if (!('job' in event)) return { type: 'event', event: type, id, server };
	const { promptId, state, submittedBy, startedAt, endedAt, result, error } = event.job;
	const files = result?.files.map(({ filename, subfolder, type }) => ({ filename, subfolder, type }));
	const failure = error && { code: error.code, message: error.message, hint: error.hint };
	const job = { promptId, state, submittedBy, startedAt, endedAt, files, error: failure };
	return { type: 'event', event: type, id, server, job };
}

function describe(event: WatchEvent): string {
	const time = new Date().toTimeString().slice(0, 8);
	if (!('job' in event))
		return `${time} ${event.type}${event.server === undefined ? '' : ` ${event.server}`}`;
	const { promptId, startedAt, endedAt, result, error } = event.job;
	const took = startedAt !== undefined && endedAt !== undefined ? `in ${duration(endedAt - startedAt)}` : '';
	const files = result?.files.map(({ filename }) => filename).join(' ') ?? '';
	const facts = [promptId, took, files, error?.message ?? ''].filter(Boolean);
	return printable(`${time} ${event.type} ${facts.join(' ')}`);
}
