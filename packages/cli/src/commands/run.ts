import type { InputValue, RoleValues } from 'comfyui-workflows-client';
import type { Context } from '../Context';
import { exitCodeOf, exitCodes, factsOf, JobsFailedError, UsageError } from '../errors';
import { OutputTarget } from '../files/OutputTarget';
import { JobRunner, type JobReport, type PlannedJob } from '../jobs/JobRunner';
import { createProgress } from '../jobs/Progress';
import { parseCount, parseDuration } from '../settings/duration';
import { printable } from '../terminal/text';
import { namesInput, readSetFile, splitAssignment } from '../workflow/assignments';
import { readSource } from '../workflow/readSource';
import { sizeOf, Uploads } from '../workflow/Uploads';
import { parseSeed, WorkflowPlan } from '../workflow/WorkflowPlan';

/** The options of `comfyui run` as the command line gives them. */
export interface RunOptions {
	set?: string[];
	setFile?: string[];
	file?: string[];
	prompt?: string;
	negative?: string;
	image?: string;
	size?: string;
	images?: string;
	seed?: string;
	number?: string;
	output?: string;
	force?: boolean;
	timeout?: string;
	retries?: string;
	check?: boolean;
	front?: boolean;
	wait?: boolean;
	dynamicPrompts?: boolean;
}

const DEFAULT_TIMEOUT = '1h';

/** Runs a workflow, or several times the same, and saves what it makes. */
export async function run(context: Context, reference: string, options: RunOptions): Promise<void> {
	const { out, signal, settings } = context;
	const count = parseCount(options.number ?? '1', '-n', { min: 1, max: 10_000 });
	const target = new OutputTarget(options.output ?? settings.config.output?.to ?? '.');
	const force = options.force ?? settings.config.output?.force ?? false;
	const timeoutMs = parseDuration(
		options.timeout ?? settings.config.workflow?.timeout ?? DEFAULT_TIMEOUT,
		'--timeout',
	);
	if (target.isStdout && out.json) throw new UsageError('-o - and --json both write to stdout.');
	if (target.isStdout && count > 1)
		throw new UsageError('-o - takes the file of one job, and -n asks for several.');
	context.survivesClosedPipe = !target.isStdout;
	const source = await readSource(reference, async () => await context.connect(), { signal });
	const client = await context.connect();
	if ('deployment' in source) {
		const { runDeployment } = await import('./deployment');
		return await runDeployment(context, client, source.deployment, options, { target, force, timeoutMs });
	}
	const plan = await WorkflowPlan.create(client, source.found, {
		dynamicPrompts: options.dynamicPrompts ?? settings.config.workflow?.dynamicPrompts,
		signal,
	});
	const { warnings } = plan.conversion;
	for (const { text } of warnings) out.warn(text);
	const jobs = planJobs(plan, options, count, settings.config.workflow?.seed);
	await checkFirst(context, jobs, options.check ?? settings.config.workflow?.check ?? true);
	const queue = { ...(options.front && { front: true }) };
	if (options.wait === false) return await submitOnly(context, jobs, new Uploads(client), queue);

	const progress = createProgress(out, count);
	const retries = options.retries === undefined ? undefined : parseCount(options.retries, '--retries');
	const runner = new JobRunner(context, client, new Uploads(client), progress, {
		target,
		force,
		timeoutMs,
		retries,
		queue,
	});
	const ended = await Promise.allSettled(jobs.map(async (job) => await runner.run(job)));
	if (signal.aborted) await runner.cancelAll();
	progress.stop();
	printReports(context, ended);
}

/** The jobs of one workflow that differ in their seeds. @throws UsageError and the errors of wrong values */
function planJobs(
	plan: WorkflowPlan,
	options: RunOptions,
	count: number,
	configuredSeed?: string,
): PlannedJob[] {
	const isInput = namesInput(plan.prompt, plan.objectInfo);
	const uploads = (options.file ?? []).map((text) => {
		const { reference, value: file } = splitAssignment(text, '--file', isInput);
		return { reference, file };
	});
	const roles = plan.roleValues(readRoles(options));
	// The role says which input takes the image; its file is uploaded like that of --file.
	const images = roles.filter(({ value }) => value === options.image && options.image !== undefined);
	for (const { node, input } of images)
		uploads.push({ reference: `${node}.${input}`, file: options.image as string });
	uploads.forEach(({ file }) => sizeOf(file));
	const values: InputValue[] = [
		...roles.filter((role) => !images.includes(role)),
		...(options.setFile ?? []).flatMap((file) => readSetFile(file)),
		...plan.readValues(options.set ?? []),
	];
	const seed = parseSeed(options.seed ?? configuredSeed ?? 'random');
	return Array.from({ length: count }, (_, index) => ({
		number: index + 1,
		plan,
		values,
		uploads,
		seed,
		seedOffset: index,
	}));
}

function readRoles({ prompt, negative, image, size, images }: RunOptions): RoleValues {
	const roles: RoleValues = {};
	if (prompt !== undefined) roles.prompt = prompt;
	if (negative !== undefined) roles.negativePrompt = negative;
	if (image !== undefined) roles.image = image;
	if (images !== undefined) roles.imageCount = parseCount(images, '--images', { min: 1 });
	if (size !== undefined) {
		const [, width, height] = /^(\d{1,5})x(\d{1,5})$/i.exec(size) ?? [];
		if (!width) throw new UsageError(`--size has to be like 1024x768; it is ${size}`);
		roles.width = Number(width);
		roles.height = Number(height);
	}
	return roles;
}

/** All jobs have the same values, so one of them is checked: with the names of the files that are uploaded later. */
async function checkFirst({ signal }: Context, [job]: PlannedJob[], checks: boolean): Promise<void> {
	const pending = job.uploads.map(({ reference, file }) => ({ node: reference, value: file }));
	const { workflow } = job.plan.build([...job.values, ...pending], job.seed, job.seedOffset);
	if (checks)
		await job.plan.check(workflow, { pendingFiles: new Set(pending.map(({ value }) => value)), signal });
}

/** Puts the jobs into the queue and prints their IDs. */
async function submitOnly(
	{ out, signal }: Context,
	jobs: PlannedJob[],
	uploads: Uploads,
	queue: { front?: boolean },
): Promise<void> {
	const promptIds: string[] = [];
	for (const { plan, values, uploads: files, seed, seedOffset } of jobs) {
		const uploaded: InputValue[] = [];
		for (const { reference, file } of files)
			uploaded.push({ node: reference, value: await uploads.upload(file, { signal }) });
		const { workflow } = plan.build([...values, ...uploaded], seed, seedOffset);
		const options = { ...plan.queueOptions, ...queue, events: false, signal };
		const { promptId } = await plan.client.queuePrompt(workflow, options);
		promptIds.push(promptId);
		if (!out.json) out.line(promptId);
	}
	out.result({ promptIds });
}

/** Prints what the jobs made. @throws the error of the only job, JobsFailedError for several */
function printReports({ out, signal }: Context, ended: Array<PromiseSettledResult<JobReport>>): void {
	const reports = ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
	const errors = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
	for (const report of reports) {
		report.warnings.forEach((text) => out.warn(text));
		if (!out.json) printReport(out, report);
	}
	if (errors.length === 0) return out.result({ jobs: reports });
	if (ended.length === 1 || signal.aborted) throw errors[0];
	for (const [index, end] of ended.entries()) {
		if (end.status === 'rejected')
			out.event(
				'failed',
				{ job: index + 1, error: factsOf(end.reason) },
				`job ${index + 1}: ${factsOf(end.reason).message}`,
			);
	}
	if (out.json && reports.length > 0) out.event('jobs', { jobs: reports });
	const codes = new Set(errors.map(exitCodeOf));
	const code = reports.length > 0 ? exitCodes.partlyFailed[0] : codes.size === 1 ? [...codes][0] : 1;
	throw new JobsFailedError(`${errors.length} of ${ended.length} jobs failed.`, code);
}

/** Paths of files, one per line; texts when there are no files. */
export function printReport(out: Context['out'], { files, texts }: Pick<JobReport, 'files' | 'texts'>): void {
	for (const { path } of files) if (path !== '-') out.line(path);
	const shown = texts.filter(({ key }) => key !== 'progress');
	for (const { text, nodeTitle, nodeId } of shown) {
		if (files.length === 0) out.line(out.isTerminal ? printable(text) : text);
		else out.note(`${printable(nodeTitle ?? nodeId)}: ${printable(text)}`);
	}
}
