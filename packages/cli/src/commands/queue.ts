import { createInterface } from 'node:readline/promises';
import type { CancelResult, QueueEntry } from 'comfyui-workflows-client';
import type { Context } from '../Context';
import { exitCodeOf, exitCodes, factsOf, JobsFailedError, UsageError } from '../errors';
import { submitter } from '../jobs/submitter';
import { count, printable } from '../terminal/text';

/** `comfyui queue ls`: running and pending jobs. */
export async function ls(context: Context, { mine }: { mine?: boolean }): Promise<void> {
	const client = await context.connect();
	const jobs = await client.getQueue({ details: true, signal: context.signal });
	const rows = jobs
		.filter((job) => !mine || isMine(job))
		.map(({ workflow, ...job }) => ({
			...job,
			nodeCount: Object.keys(workflow ?? {}).length,
			mine: isMine(job),
		}));
	if (context.out.json) return context.out.result({ jobs: rows });
	await context.out.table(
		['POSITION', 'STATE', 'ID', 'NODES', 'MINE'],
		rows.map((job) => [job.position, job.state, job.promptId, job.nodeCount, job.mine ? 'yes' : 'no']),
	);
	if (rows.length === 0) context.out.note('The queue is empty.');
}

const isMine = ({ submittedBy }: Pick<QueueEntry, 'submittedBy'>) => submittedBy === submitter();

/** `comfyui queue cancel`: stops the jobs that are named, and no others. */
export async function cancel(context: Context, promptIds: string[]): Promise<void> {
	await cancelAll(context, promptIds);
}

/** `comfyui queue clear`: cancels the jobs of this user, or all. */
export async function clear(
	context: Context,
	{ mine, all, yes }: { mine?: boolean; all?: boolean; yes?: boolean },
): Promise<void> {
	if (mine === all) throw new UsageError('Say whose jobs: --mine or --all.');
	const client = await context.connect();
	const jobs = await client.getQueue({ details: mine, signal: context.signal });
	// The running job last: a pending one would start in its place.
	const chosen = jobs.filter((job) => all || isMine(job)).reverse();
	if (all && !yes) await confirm(context, `Cancel ${count(chosen.length, 'job')} of all users?`);
	await cancelAll(
		context,
		chosen.map(({ promptId }) => promptId),
	);
}

async function confirm({ settings, out, signal }: Context, question: string): Promise<void> {
	if (!settings.input || !process.stdin.isTTY || out.json)
		throw new UsageError(`${question} Nobody can be asked here.`, 'Use --yes.');
	const reader = createInterface({ input: process.stdin, output: process.stderr });
	try {
		const answer = await reader.question(`${question} [y/N] `, { signal });
		if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('Nothing was cancelled.');
	} finally {
		reader.close();
	}
}

const TEXTS: Record<CancelResult, string> = {
	removed: 'removed from the queue',
	interrupted: 'interrupted',
	nothing: 'neither queued nor running',
};

async function cancelAll(context: Context, promptIds: string[]): Promise<void> {
	const { out, signal } = context;
	const client = await context.connect();
	const results: Array<{ promptId: string; result?: CancelResult; error?: unknown }> = [];
	for (const promptId of promptIds) {
		try {
			results.push({ promptId, result: await client.cancel(promptId, { signal }) });
		} catch (error) {
			// Without the server no other job can be cancelled either.
			if (signal.aborted || exitCodeOf(error) === exitCodes.connection[0]) throw error;
			results.push({ promptId, error: factsOf(error) });
		}
		const { result, error } = results[results.length - 1];
		const text = result ? TEXTS[result] : (error as { message: string }).message;
		if (!out.json) out.line(`${printable(promptId)}\t${text}`);
	}
	const missed = results.filter(({ result }) => result === undefined || result === 'nothing');
	if (missed.length === 0) {
		if (results.length === 0) out.note('There is nothing to cancel.');
		return out.result({ jobs: results });
	}
	if (out.json) out.event('cancelled', { jobs: results });
	const code = missed.length === results.length ? exitCodes.failed : exitCodes.partlyFailed;
	const which = results.length === 1 ? 'The job' : `${missed.length} of ${results.length} jobs`;
	throw new JobsFailedError(`${which} could not be cancelled.`, code[0]);
}
