import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ComfyUiClient } from 'comfyui-workflows-client';
import { BatchState, JobKeys } from '../batch/BatchState';
import { Columns, type ColumnOptions } from '../batch/columns';
import { PauseKey } from '../batch/PauseKey';
import { readCsv, readJsonLines, type Row } from '../batch/rows';
import { Statistics } from '../batch/Statistics';
import { combinations } from '../batch/sweep';
import type { Context } from '../Context';
import { exitCodeOf, exitCodes, factsOf, JobsFailedError, UsageError } from '../errors';
import { OutputTarget } from '../files/OutputTarget';
import { JobRunner, type JobReport, type PlannedJob } from '../jobs/JobRunner';
import { createProgress } from '../jobs/Progress';
import { parseCount, parseDuration } from '../settings/duration';
import { count } from '../terminal/text';
import { namesInput } from '../workflow/assignments';
import { loadFound } from '../workflow/loadPrompt';
import { Uploads } from '../workflow/Uploads';
import { parseSeed, WorkflowPlan } from '../workflow/WorkflowPlan';

/** The options of `comfyui batch` as the command line gives them. */
export interface BatchOptions extends ColumnOptions {
	csv?: string;
	jsonl?: string;
	set?: string[];
	sweep?: string[];
	number?: string;
	seed?: string;
	concurrency?: string;
	retries?: string;
	retryFailed?: boolean;
	resume?: string;
	keepGoing?: boolean;
	output?: string;
	force?: boolean;
	timeout?: string;
	check?: boolean;
	dryRun?: boolean;
}

const DEFAULT_CONCURRENCY = 4;
const MAX_ERRORS = 20;
const FILES = /\.(json|png|webp|jpe?g|mp4|webm|flac|mp3|svg)$/i;

/** A job with its key in the state file. */
type KeyedJob = PlannedJob & { key: string };

/** Runs many jobs of one workflow, or of all workflows in a folder. */
export async function batch(context: Context, reference: string, options: BatchOptions): Promise<void> {
	const { out, settings } = context;
	context.survivesClosedPipe = true;
	const { batch: configured = {}, output = {}, workflow = {} } = settings.config;
	const concurrency = parseCount(
		options.concurrency ?? String(configured.concurrency ?? DEFAULT_CONCURRENCY),
		'--concurrency',
		{ min: 1, max: 1000 },
	);
	const retries = parseCount(options.retries ?? String(configured.retries ?? 2), '--retries', { max: 100 });
	const timeoutMs = parseDuration(options.timeout ?? workflow.timeout ?? '1h', '--timeout');
	const rows = await readRows(options);
	const columns = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
	const target = new OutputTarget(options.output ?? output.to ?? '.', columns);
	if (target.isStdout) throw new UsageError('-o - takes the file of one job; a batch has several.');
	const client = await context.connect();
	const jobs = await planJobs(context, client, reference, rows, columns, options);
	if (options.check ?? workflow.check ?? true) await checkAll(context, jobs);
	if (options.dryRun)
		return out.result({ total: jobs.length }, () => out.line(`${count(jobs.length, 'job')} would run.`));

	const state = options.resume === undefined ? undefined : await BatchState.open(options.resume);
	const progress = createProgress(out, jobs.length);
	const runner = new JobRunner(context, client, new Uploads(client), progress, {
		target,
		force: options.force ?? output.force ?? false,
		timeoutMs,
		retries,
		retryFailedNodes: options.retryFailed,
		queue: {},
		onSubmit: (job, promptId) => state?.submitted((job as KeyedJob).key, promptId),
	});
	const keepGoing = options.keepGoing ?? configured.keepGoing ?? false;
	const run = new BatchRun(context, client, runner, state, keepGoing);
	try {
		await run.run(jobs, concurrency, () => progress.advance());
	} finally {
		progress.stop();
		state?.close();
	}
	await run.report(jobs.length);
}

async function readRows({ csv, jsonl }: BatchOptions): Promise<Row[]> {
	if (csv !== undefined && jsonl !== undefined) throw new UsageError('Use --csv or --jsonl, not both.');
	if (csv !== undefined) return await readCsv(csv);
	if (jsonl !== undefined) return await readJsonLines(jsonl);
	return [];
}

/** All jobs, with the errors of all rows in one. */
async function planJobs(
	context: Context,
	client: ComfyUiClient,
	reference: string,
	rows: Row[],
	columns: string[],
	options: BatchOptions,
): Promise<KeyedJob[]> {
	const references = workflowsIn(reference);
	const times = parseCount(options.number ?? '1', '-n', { min: 1 });
	if (
		rows.length === 0 &&
		!options.sweep &&
		times === 1 &&
		references.length === 1 &&
		references[0] === reference
	)
		throw new UsageError(
			'There is nothing to repeat.',
			'Use --csv, --jsonl, --sweep, -n or a folder of workflows.',
		);
	const seed = parseSeed(options.seed ?? context.settings.config.workflow?.seed ?? 'random');
	const keys = new JobKeys();
	const jobs: KeyedJob[] = [];
	const errors: string[] = [];
	for (const one of references) {
		const plan = await planOf(context, client, one);
		const table = new Columns(plan, columns, options);
		const fixed = plan.readValues(options.set ?? []);
		const combined = combinations(options.sweep ?? [], namesInput(plan.prompt, plan.objectInfo));
		for (const row of rows.length > 0 ? rows : [{ line: 0, values: {} }]) {
			try {
				const inputs = table.read(row);
				for (const values of combined) {
					for (let repeat = 0; repeat < times; repeat += 1) {
						const job = {
							number: jobs.length + 1,
							plan,
							values: [...fixed, ...inputs.values, ...values],
							uploads: inputs.uploads,
							seed: inputs.seed ?? seed,
							seedOffset: inputs.seed === undefined ? jobs.length : repeat,
							columns: inputs.columns,
						};
						if (repeat === 0) plan.build([...job.values, ...pendingOf(job)], job.seed, job.seedOffset);
						jobs.push({ ...job, key: keys.keyOf(job) });
					}
				}
			} catch (error) {
				const at = row.line > 0 ? `line ${row.line}: ` : '';
				errors.push(`${at}${factsOf(error).message}`);
				if (errors.length >= MAX_ERRORS) break;
			}
		}
	}
	if (errors.length > 0) throw new UsageError(`No job was submitted:\n${errors.join('\n')}`);
	return jobs;
}

/** Stands in for files that are uploaded later. */
const pendingOf = ({ uploads }: Pick<PlannedJob, 'uploads'>) =>
	uploads.map(({ reference, file }) => ({ node: reference, value: file }));

function workflowsIn(reference: string): string[] {
	if (!statSync(reference, { throwIfNoEntry: false })?.isDirectory()) return [reference];
	const found = readdirSync(reference).filter((name) => FILES.test(name));
	if (found.length === 0) throw new UsageError(`${reference} has no workflows.`);
	return found.sort().map((name) => path.join(reference, name));
}

async function planOf(context: Context, client: ComfyUiClient, reference: string): Promise<WorkflowPlan> {
	const { dynamicPrompts } = context.settings.config.workflow ?? {};
	const found = await loadFound(context, reference);
	const plan = await WorkflowPlan.create(client, found, { dynamicPrompts, signal: context.signal });
	plan.conversion.warnings.forEach(({ text }) => context.out.warn(`${reference}: ${text}`));
	return plan;
}

/** The first job of a workflow is checked with questions to the server, the others with what is known then. */
async function checkAll({ signal }: Context, jobs: KeyedJob[]): Promise<void> {
	const checked = new Set<WorkflowPlan>();
	for (const job of jobs) {
		if (signal.aborted) return;
		const { workflow } = job.plan.build([...job.values, ...pendingOf(job)], job.seed, job.seedOffset);
		try {
			if (checked.has(job.plan)) job.plan.checkOffline(workflow);
			else
				await job.plan.check(workflow, {
					pendingFiles: new Set(job.uploads.map(({ file }) => file)),
					signal,
				});
		} catch (error) {
			const { message, hint, code } = factsOf(error);
			if (code !== 'invalid-workflow') throw error;
			throw new JobsFailedError(
				`No job was submitted. Job ${job.number}: ${message}${hint ? ` ${hint}` : ''}`,
				exitCodes.invalidWorkflow[0],
			);
		}
		checked.add(job.plan);
	}
}

/** One run of a batch: a number of workers take jobs in their order. */
class BatchRun {
	private readonly statistics = new Statistics();
	private readonly codes: number[] = [];
	private halted = false;

	constructor(
		private readonly context: Context,
		private readonly client: ComfyUiClient,
		private readonly runner: JobRunner,
		private readonly state: BatchState | undefined,
		private readonly keepGoing: boolean,
	) {}

	/** @param advance called for a job that is skipped */
	async run(jobs: readonly KeyedJob[], concurrency: number, advance: () => void): Promise<void> {
		const { signal } = this.context;
		const waiting = jobs.filter(({ key }) => {
			if (this.state?.get(key)?.state !== 'done') return true;
			this.statistics.skipped += 1;
			advance();
			return false;
		});
		const pause = new PauseKey(this.context);
		const next = waiting[Symbol.iterator]();
		const work = async () => {
			for (;;) {
				await pause.whilePaused();
				if (signal.aborted || this.halted) return;
				const { value: job, done } = next.next();
				if (done) return;
				await this.runOne(job);
			}
		};
		try {
			await Promise.all(Array.from({ length: Math.min(concurrency, waiting.length) }, work));
		} finally {
			pause.end();
		}
		if (signal.aborted) await this.runner.cancelAll();
	}

	/** Prints the statistics. @throws JobsFailedError */
	async report(total: number): Promise<void> {
		const { out, signal } = this.context;
		const facts = this.statistics.facts(total);
		if (!out.json) await this.statistics.print(out, total);
		const { failed, done, skipped } = this.statistics;
		if (failed === 0 && !signal.aborted) return out.result({ statistics: facts });
		if (out.json) out.event('statistics', { statistics: facts });
		if (signal.aborted) return;
		const [first, ...others] = this.codes;
		const isOneCause = others.every((code) => code === first);
		const code = done + skipped > 0 ? exitCodes.partlyFailed[0] : isOneCause ? first : exitCodes.failed[0];
		throw new JobsFailedError(`${failed} of ${count(total, 'job')} failed.`, code);
	}

	private async runOne(job: KeyedJob): Promise<void> {
		const { out, signal } = this.context;
		try {
			const report = (await this.collectEarlier(job)) ?? (await this.runner.run(job));
			this.state?.done(job.key, report);
			this.statistics.addDone(report.files.length, report.durationMs);
			if (report.attempts > 1) this.statistics.retried += 1;
			report.warnings.forEach((text) => out.warn(`job ${job.number}: ${text}`));
			if (out.json) out.event('job', { ok: true, ...report });
			else report.files.forEach(({ path: file }) => out.line(file));
		} catch (error) {
			if (signal.aborted) {
				this.statistics.cancelled += 1;
				return;
			}
			const facts = factsOf(error);
			this.statistics.failed += 1;
			if (((error as { attempts?: number }).attempts ?? 1) > 1) this.statistics.retried += 1;
			this.codes.push(exitCodeOf(error));
			this.state?.failed(job.key, facts);
			out.event('job', { ok: false, number: job.number, error: facts });
			if (!out.json) out.warn(`job ${job.number} failed: ${facts.message}`);
			this.halted = !this.keepGoing;
		}
	}

	/** A job that an earlier run submitted is not run again, unless the server lost it or it failed. */
	private async collectEarlier(job: KeyedJob): Promise<JobReport | undefined> {
		const known = this.state?.get(job.key);
		if (known?.state !== 'submitted') return undefined;
		const { signal } = this.context;
		for (const promptId of [...known.promptIds].reverse()) {
			const { state } = await this.client.getJob(promptId, { signal });
			if (state !== 'pending' && state !== 'running' && state !== 'success') continue;
			return await this.runner.collect(job, promptId);
		}
		return undefined;
	}
}
