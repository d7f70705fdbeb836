import type { ComfyUiClient } from 'comfyui-workflows-client';
import type { Context } from '../Context';
import { UsageError } from '../errors';
import { saveFiles, type RunnerOptions } from '../jobs/JobRunner';
import { createProgress } from '../jobs/Progress';
import { splitAssignment } from '../workflow/assignments';
import { printReport, type RunOptions } from './run';

/** Runs a workflow that is deployed on the host; `--set name=value` sets its inputs. */
export async function runDeployment(
	context: Context,
	client: ComfyUiClient,
	id: string,
	options: RunOptions,
	{ target, force, timeoutMs }: Pick<RunnerOptions, 'target' | 'force' | 'timeoutMs'>,
): Promise<void> {
	const { out, signal } = context;
	const { setFile, file, prompt, negative, image, size, images, seed, number } = options;
	const others = { setFile, file, prompt, negative, image, size, images, seed, number };
	const unusable = Object.entries(others).find(([, value]) => value !== undefined);
	if (unusable) throw new UsageError(`A deployment takes only --set name=value, not --${unusable[0]}.`);
	const inputs = Object.fromEntries(
		(options.set ?? []).map((text) => {
			const { reference, value } = splitAssignment(text, '--set');
			return [reference, jsonOrText(value)];
		}),
	);
	const deployment = { id, inputs };
	if (options.wait === false) {
		const { promptId } = await client.queuePrompt(undefined, { deployment, signal });
		return out.result({ promptIds: [promptId] }, () => out.line(promptId));
	}
	context.interrupts.describe = () => 'Cancelling the job.';
	const progress = createProgress(out, 1);
	const display = progress.job(1);
	try {
		const result = await client.run(undefined, {
			queue: { deployment },
			timeoutMs,
			onProgress: (now) => display.update(now),
			signal,
		});
		const { promptId, texts, durationMs, attempts, warnings } = result;
		const files = await saveFiles(context, client, result.files, { promptId, number: 1 }, { target, force });
		display.end('done');
		progress.stop();
		const report = { number: 1, promptId, seeds: [], files, texts, durationMs, attempts, warnings };
		out.result({ jobs: [report] }, () => printReport(out, report));
	} finally {
		progress.stop();
	}
}

/** Numbers, true, false and JSON are what they look like; all else is a text. */
function jsonOrText(value: string): unknown {
	try {
		return JSON.parse(value);
	} catch {
		return value;
	}
}
