import type { ComfyUiClient, JobResult } from 'comfyui-workflows-client';
import type { Context } from '../Context';
import { exitCodeOf, exitCodes, factsOf, JobsFailedError, UsageError } from '../errors';
import { OutputTarget } from '../files/OutputTarget';
import { saveFiles, type JobReport } from '../jobs/JobRunner';
import { createProgress } from '../jobs/Progress';
import { parseDuration } from '../settings/duration';
import { printReport } from './run';

/** Where files go. */
interface SaveOptions {
	output?: string;
	force?: boolean;
}

/** `comfyui wait`: waits until jobs have ended; with `-o` saves what they made. */
export async function wait(
	context: Context,
	promptIds: string[],
	options: SaveOptions & { timeout?: string },
): Promise<void> {
	const { out, signal } = context;
	const timeoutMs = parseDuration(options.timeout ?? '1h', '--timeout');
	const target =
		options.output === undefined ? undefined : targetOf(context, options.output, promptIds.length);
	const client = await context.connect();
	const progress = createProgress(out, promptIds.length);
	const ended = await Promise.allSettled(
		promptIds.map(async (promptId, index): Promise<JobReport> => {
			const display = progress.job(index + 1);
			try {
				const result = await client.waitForCompletion(promptId, {
					timeoutMs,
					signal,
					onProgress: (now) => display.update(now),
				});
				display.end('done');
				return await report(context, client, index + 1, result, target, options.force);
			} catch (error) {
				display.end('failed');
				throw error;
			} finally {
				progress.advance();
			}
		}),
	);
	progress.stop();
	const reports = ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
	const errors = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
	if (!out.json) reports.forEach((one) => printReport(out, one));
	if (errors.length === 0) return out.result({ jobs: reports });
	if (promptIds.length === 1 || signal.aborted) throw errors[0];
	if (out.json && reports.length > 0) out.event('jobs', { jobs: reports });
	for (const [index, end] of ended.entries()) {
		if (end.status === 'fulfilled') continue;
		const error = factsOf(end.reason);
		out.event('failed', { promptId: promptIds[index], error }, `${promptIds[index]}: ${error.message}`);
	}
	const code = reports.length > 0 ? exitCodes.partlyFailed[0] : exitCodeOf(errors[0]);
	throw new JobsFailedError(`${errors.length} of ${promptIds.length} jobs failed.`, code);
}

/** `comfyui get`: saves what a job made that has ended. */
export async function get(context: Context, promptId: string, options: SaveOptions): Promise<void> {
	const { out, signal } = context;
	const target = targetOf(context, options.output ?? context.settings.config.output?.to ?? '.', 1);
	context.survivesClosedPipe = !target.isStdout;
	const client = await context.connect();
	const { state, result, error } = await client.getJob(promptId, { signal });
	if (error) throw error;
	if (!result) {
		if (state === 'lost') {
			const { NotFoundError } = await import('comfyui-workflows-client');
			throw new NotFoundError(
				`The server does not know a job ${promptId}.`,
				'It forgets old jobs, and all at a restart.',
			);
		}
		throw new JobsFailedError(
			`The job is ${state}. Wait for it: comfyui wait ${promptId}`,
			exitCodes.failed[0],
		);
	}
	const made = await report(context, client, 1, result, target, options.force);
	out.result({ jobs: [made] }, () => printReport(out, made));
}

function targetOf({ out }: Context, output: string, jobs: number): OutputTarget {
	const target = new OutputTarget(output);
	if (target.isStdout && out.json) throw new UsageError('-o - and --json both write to stdout.');
	if (target.isStdout && jobs > 1) throw new UsageError('-o - takes the file of one job.');
	return target;
}

async function report(
	context: Context,
	client: ComfyUiClient,
	number: number,
	{ promptId, files, texts, durationMs, warnings }: JobResult,
	target: OutputTarget | undefined,
	force = context.settings.config.output?.force ?? false,
): Promise<JobReport> {
	warnings.forEach((text) => context.out.warn(text));
	const saved = target
		? await saveFiles(context, client, files, { promptId, number }, { target, force })
		: [];
	return { number, promptId, seeds: [], files: saved, texts, durationMs, attempts: 1, warnings };
}
