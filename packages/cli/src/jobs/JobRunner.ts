import {
	applySeeds,
	JobGroup,
	type ComfyUiClient,
	type FinishedJob,
	type InputValue,
	type JobClient,
	type JobResult,
	type OutputFile,
	type OutputText,
	type QueueOptions,
	type RunnableJob,
	type SeedUse,
} from 'comfyui-workflows-client';
import { UsageError } from '../errors';
import type { JobFacts, OutputTarget } from '../files/OutputTarget';
import { saveFile, writeTo } from '../files/saveFile';
import { duration } from '../terminal/text';
import type { Context } from '../Context';
import type { Uploads } from '../workflow/Uploads';
import type { Seed, WorkflowPlan } from '../workflow/WorkflowPlan';
import type { Progress } from './Progress';

/** A job that was asked for. */
export interface PlannedJob {
	/** From 1. */
	number: number;
	plan: WorkflowPlan;
	values: readonly InputValue[];
	/** Files to upload, for inputs written as `Node.input`. */
	uploads: ReadonlyArray<{ reference: string; file: string }>;
	seed: Seed;
	/** Added to a fixed seed. */
	seedOffset: number;
	/** Values of the row that the job is made of, by column. */
	columns?: Readonly<Record<string, string>>;
}

/** A file that was saved. */
export interface SavedFile {
	/** On this computer; `-` for stdout. */
	path: string;
	filename: string;
	subfolder: string;
	type: string;
	mimeType: string;
	nodeId: string;
	nodeTitle?: string;
}

/** What a job made. */
export interface JobReport {
	number: number;
	promptId: string;
	seeds: SeedUse[];
	files: SavedFile[];
	texts: OutputText[];
	durationMs?: number;
	attempts: number;
	warnings: string[];
}

/** How jobs are run. */
export interface RunnerOptions {
	target: OutputTarget;
	/** Replaces files that exist. */
	force: boolean;
	timeoutMs: number;
	retries?: number;
	/** Also retries a job when one of its nodes failed. */
	retryFailedNodes?: boolean;
	queue: QueueOptions;
	/** Called with the ID of a job just before and after it is submitted. */
	onSubmit?: (job: PlannedJob, promptId: string) => void;
}

/** A job with the seeds that it got. */
interface ReadyJob extends RunnableJob {
	seeds: SeedUse[];
}

/** Runs planned jobs, and saves what they make. */
export class JobRunner {
	private readonly group = new JobGroup();
	private running = 0;

	constructor(
		private readonly context: Context,
		private readonly client: ComfyUiClient,
		private readonly uploads: Uploads,
		private readonly progress: Progress,
		private readonly options: RunnerOptions,
	) {
		context.interrupts.describe = () =>
			`Cancelling ${this.running === 1 ? 'the job' : `${this.running} jobs`}.`;
	}

	/** @throws the error of the job; AbortedError when the command is stopped, see {@link cancelAll} */
	async run(job: PlannedJob): Promise<JobReport> {
		const display = this.progress.job(job.number);
		this.running += 1;
		try {
			const { timeoutMs, retries } = this.options;
			const finished = await this.group.run(async ({ signal }) => await this.prepare(job, { signal }), {
				timeoutMs,
				retry: {
					...(retries !== undefined && { retries }),
					failedNodes: this.options.retryFailedNodes ?? false,
				},
				onProgress: (progress) => display.update(progress),
				signal: this.context.signal,
			});
			const report = await this.report(job, finished);
			display.end(describeEnd(report));
			return report;
		} catch (error) {
			display.end(this.context.signal.aborted ? 'stopped' : 'failed');
			throw error;
		} finally {
			this.running -= 1;
			this.progress.advance();
		}
	}

	/** Waits for a job that was submitted earlier, and saves what it made. */
	async collect(job: PlannedJob, promptId: string): Promise<JobReport> {
		const display = this.progress.job(job.number);
		const { timeoutMs } = this.options;
		try {
			const result = await this.client.waitForCompletion(promptId, {
				timeoutMs,
				onProgress: (progress) => display.update(progress),
				signal: this.context.signal,
			});
			const report = await this.report(job, { job: { seeds: seedsOf(result) }, result, attempts: 1 });
			display.end(describeEnd(report));
			return report;
		} catch (error) {
			display.end('failed');
			throw error;
		} finally {
			this.progress.advance();
		}
	}

	/** Cancels the jobs that have not ended, after a stop, and warns of those that could not be cancelled. */
	async cancelAll(): Promise<void> {
		const { describeUncancelled } = await import('comfyui-workflows-client');
		const warning = describeUncancelled(await this.group.cancelAll());
		if (warning) this.context.out.warn(warning);
	}

	private async prepare(job: PlannedJob, { signal }: { signal: AbortSignal }): Promise<ReadyJob> {
		const uploaded = await Promise.all(
			job.uploads.map(async ({ reference, file }) => ({
				node: reference,
				value: await this.uploads.upload(file, { signal }),
			})),
		);
		const { workflow, seeds } = job.plan.build([...job.values, ...uploaded], job.seed, job.seedOffset);
		const options = { ...job.plan.queueOptions, ...this.options.queue };
		return { client: this.clientFor(job), workflow, options, seeds };
	}

	/** The client, reporting the IDs of jobs when they are submitted. */
	private clientFor(job: PlannedJob): JobClient {
		const { client } = this;
		const { onSubmit } = this.options;
		if (!onSubmit) return client;
		return {
			host: client.host,
			cancel: async (promptId, options) => await client.cancel(promptId, options),
			getFeatures: async (options) => await client.getFeatures(options),
			getJob: async (promptId, options) => await client.getJob(promptId, options),
			waitForCompletion: async (promptId, options) => await client.waitForCompletion(promptId, options),
			queuePrompt: async (workflow, options) => {
				if (options?.promptId) onSubmit(job, options.promptId);
				const queued = await client.queuePrompt(workflow, options);
				if (queued.promptId !== options?.promptId) onSubmit(job, queued.promptId);
				return queued;
			},
		};
	}

	private async report(
		planned: PlannedJob,
		{
			job: { seeds },
			result,
			attempts,
		}: Pick<FinishedJob, 'result' | 'attempts'> & { job: { seeds: SeedUse[] } },
	): Promise<JobReport> {
		const { promptId, durationMs, texts, warnings } = result;
		const facts = { promptId, number: planned.number, seed: seeds[0]?.seed, columns: planned.columns };
		const files = await saveFiles(this.context, this.client, result.files, facts, this.options);
		return { number: planned.number, promptId, seeds, files, texts, durationMs, attempts, warnings };
	}
}

/**
 * Saves the files of a job.
 * @throws UsageError when stdout should take several files
 */
export async function saveFiles(
	{ out, signal }: Pick<Context, 'out' | 'signal'>,
	client: ComfyUiClient,
	files: readonly OutputFile[],
	job: JobFacts,
	{ target, force }: Pick<RunnerOptions, 'target' | 'force'>,
): Promise<SavedFile[]> {
	if (target.isStdout) {
		if (files.length !== 1)
			throw new UsageError(
				`Job ${job.promptId} made ${files.length} files, and stdout takes one.`,
				`Save them to a folder: comfyui get ${job.promptId} -o DIR`,
			);
		await writeTo(client, files[0], out.streams.stdout, { signal });
		return [toSaved(files[0], '-')];
	}
	const saved: SavedFile[] = [];
	for (const [index, file] of files.entries()) {
		const path = await saveFile(client, file, target.pathOf(file, index + 1, job), { force, signal });
		saved.push(toSaved(file, path));
	}
	return saved;
}

/** The seeds of a job, as the server has it. */
function seedsOf({ workflow }: JobResult): SeedUse[] {
	return workflow ? applySeeds(workflow, 'keep').seeds : [];
}

function toSaved(file: OutputFile, path: string): SavedFile {
	const { filename, subfolder, type, mimeType, nodeId, nodeTitle } = file;
	return { path, filename, subfolder, type, mimeType, nodeId, nodeTitle };
}

function describeEnd({ files, durationMs, attempts, seeds }: JobReport): string {
	const facts = [
		durationMs === undefined ? 'done' : `done in ${duration(durationMs)}`,
		`${files.length} ${files.length === 1 ? 'file' : 'files'}`,
		seeds.length > 0 && `seed ${seeds[0].seed}`,
		attempts > 1 && `${attempts} attempts`,
	];
	return facts.filter(Boolean).join(', ');
}
