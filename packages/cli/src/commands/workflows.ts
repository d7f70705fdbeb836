import {
	applySeeds,
	listFields,
	mergeWorkflows,
	nodesNamed,
	reportText,
	saveWorkflow,
	workflowInfo,
	type ApiWorkflow,
	type NodeInput,
	type WorkflowField,
} from 'comfyui-workflows-client';
import type { Context } from '../Context';
import { exitCodes, JobsFailedError } from '../errors';
import { writeText, type TextOptions } from '../files/writeText';
import { count, printable, shorten } from '../terminal/text';
import { readSetFile } from '../workflow/assignments';
import { loadPlan, loadPrompt } from '../workflow/loadPrompt';

const MAX_SHOWN = 60;

/** `comfyui check`: whether the server can run a workflow. */
export async function check(
	context: Context,
	references: string[],
	{ set = [], setFile = [] }: { set?: string[]; setFile?: string[] },
): Promise<void> {
	const { out, signal } = context;
	const results: Array<Record<string, unknown>> = [];
	for (const reference of references) {
		const plan = await loadPlan(context, reference);
		const values = [...setFile.flatMap((file) => readSetFile(file)), ...plan.readValues(set)];
		const { workflow } = plan.build(values, 'keep');
		const report = await plan.client.checkWorkflow(workflow, { objectInfo: plan.objectInfo, signal });
		const findings = reportText(report);
		results.push({ workflow: reference, runnable: report.ok, findings, report });
		report.warnings.forEach((text) => out.warn(text));
		if (out.json) continue;
		const { servers, unsuitableServers = [] } = report;
		const on = servers ? ` on ${servers.join(', ')}` : '';
		out.line(`${reference}: ${report.ok ? `runs${on}, ${count(report.nodeCount, 'node')}` : 'does not run'}`);
		if (report.ok)
			unsuitableServers.forEach(({ server, reason }) => out.line(`  ${printable(`${server}: ${reason}`)}`));
		findings.forEach((text) => out.line(`  ${printable(text)}`));
	}
	const bad = results.filter(({ runnable }) => runnable === false);
	if (bad.length === 0) return out.result({ workflows: results });
	if (out.json) out.event('report', { workflows: results });
	const which = references.length === 1 ? 'The workflow' : `${bad.length} of ${references.length} workflows`;
	throw new JobsFailedError(`${which} cannot run.`, exitCodes.invalidWorkflow[0]);
}

/** `comfyui inputs`: what can be set, as `--set` takes it. */
export async function inputs(context: Context, reference: string, { all }: { all?: boolean }): Promise<void> {
	const { prompt, objectInfo = {}, conversion } = await loadPlan(context, reference);
	const fields = listFields(prompt, objectInfo, conversion.markedInputs);
	const chosen = fields.filter(({ marked, important }) => marked || important);
	const shown = all || chosen.length === 0 ? fields : chosen;
	const rows = shown.map((field) => ({
		input: referenceOf(field, prompt),
		value: field.value,
		type: field.declared?.type,
		label: field.label,
		marked: field.marked,
		range: rangeOf(field.declared),
		choices: field.declared?.choices,
	}));
	if (context.out.json) return context.out.result({ inputs: rows });
	await context.out.table(
		['INPUT', 'VALUE', 'TYPE', 'RANGE'],
		rows.map(({ input, value, type, range }) => [input, shorten(show(value), MAX_SHOWN), type, range]),
	);
	const hidden = fields.length - shown.length;
	if (hidden > 0) context.out.note(`${count(hidden, 'more input')}: --all`);
}

/** How `--set` names an input: by the title of its node when only one node has it, else by the ID. */
function referenceOf({ targets: [target] }: WorkflowField, workflow: ApiWorkflow): string {
	const { _meta, class_type: type } = workflow[target.nodeId];
	const names = [_meta?.title, type, target.nodeId];
	const name = names.find((one) => one !== undefined && nodesNamed(workflow, one).length === 1);
	return `${name ?? target.nodeId}.${target.input}`;
}

function rangeOf(declared: NodeInput | undefined): string {
	if (!declared) return '';
	const { choices, min, max } = declared;
	if (choices) return shorten(`${count(choices.length, 'choice')}: ${choices.join(', ')}`, MAX_SHOWN);
	if (min === undefined && max === undefined) return '';
	return `${min ?? ''}..${max ?? ''}`;
}

/** A long seed is an object whose JSON is its digits in quotes. */
const show = (value: unknown) =>
	typeof value === 'string' ? value : JSON.stringify(value).replace(/^"(\d+)"$/, '$1');

/** `comfyui info`: what is in a workflow. */
export async function info(context: Context, reference: string): Promise<void> {
	const { out } = context;
	const prompt = await loadPrompt(context, reference);
	const facts = workflowInfo(prompt);
	out.result({ ...facts }, () => {
		out.line(`nodes: ${facts.nodeCount}, connections: ${facts.linkCount}`);
		const list = (title: string, lines: string[]) => {
			if (lines.length > 0) out.line(`${title}:`);
			for (const line of lines) out.line(`  ${printable(line)}`);
		};
		const place = ({ nodeTitle, nodeId, input }: { nodeTitle?: string; nodeId: string; input: string }) =>
			`${nodeTitle ?? nodeId}.${input}`;
		list(
			'node types',
			facts.nodeTypes.map(({ nodeType, count: uses }) => `${uses} x ${nodeType}`),
		);
		list(
			'models',
			facts.models.map((use) => `${place(use)}: ${use.model}`),
		);
		list(
			'files',
			facts.files.map((use) => `${place(use)}: ${use.file}`),
		);
		list(
			'seeds',
			facts.seeds.map((use) => `${place(use)}: ${use.seed}`),
		);
		list(
			'texts',
			facts.texts.map((use) => `${place(use)}: ${shorten(use.text, 100)}`),
		);
		list(
			'outputs',
			facts.outputNodes.map((id) => prompt[id]._meta?.title ?? `node ${id}`),
		);
	});
}

/** `comfyui convert`: a workflow in API format. */
export async function convert(
	context: Context,
	reference: string,
	options: TextOptions & { set?: string[] },
): Promise<void> {
	const { set = [] } = options;
	const changed =
		set.length > 0 ? await withValues(context, reference, set) : await loadPrompt(context, reference);
	const text = saveWorkflow(changed);
	writeText(context, text, options, { workflow: JSON.parse(text), seeds: applySeeds(changed, 'keep').seeds });
}

async function withValues(context: Context, reference: string, set: string[]): Promise<ApiWorkflow> {
	const plan = await loadPlan(context, reference);
	return plan.build(plan.readValues(set), 'keep').workflow;
}

/** `comfyui merge`: two workflows in one job. */
export async function merge(
	context: Context,
	first: string,
	second: string,
	options: TextOptions & { prefix?: string },
): Promise<void> {
	const [a, b] = [await loadPrompt(context, first), await loadPrompt(context, second)];
	const { workflow, ids } = mergeWorkflows(a, b, { prefix: options.prefix });
	const text = saveWorkflow(workflow);
	writeText(context, text, options, { workflow: JSON.parse(text), ids });
}
