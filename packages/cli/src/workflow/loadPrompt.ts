import type { ApiWorkflow, FoundWorkflow } from 'comfyui-workflows-client';
import type { Context } from '../Context';
import { UsageError } from '../errors';
import { readSource } from './readSource';
import { WorkflowPlan } from './WorkflowPlan';

/** Reads a workflow of any format. @throws UsageError for a deployment, which is not readable */
export async function loadFound(context: Context, reference: string): Promise<FoundWorkflow> {
	const { signal } = context;
	const source = await readSource(reference, async () => await context.connect(), { signal });
	if ('found' in source) return source.found;
	throw new UsageError('A deployment can only be run.', 'comfyui run deployment:ID');
}

/** Reads a workflow and converts it for the server. */
export async function loadPlan(context: Context, reference: string): Promise<WorkflowPlan> {
	const found = await loadFound(context, reference);
	const plan = await WorkflowPlan.create(await context.connect(), found, { signal: context.signal });
	plan.conversion.warnings.forEach(({ text }) => context.out.warn(text));
	return plan;
}

/** A workflow in API format. The server is asked only if it is in the format of the editor. */
export async function loadPrompt(context: Context, reference: string): Promise<ApiWorkflow> {
	const found = await loadFound(context, reference);
	if (found.workflow) return found.workflow;
	const plan = await WorkflowPlan.create(await context.connect(), found, { signal: context.signal });
	plan.conversion.warnings.forEach(({ text }) => context.out.warn(text));
	return plan.prompt;
}
