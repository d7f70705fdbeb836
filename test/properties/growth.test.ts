import {
	applySeeds,
	checkWorkflow,
	createTemplate,
	fingerprint,
	listFields,
	mergeWorkflows,
	parseWorkflow,
	readMetadata,
	readWorkflowFile,
	reportText,
	saveWorkflow,
	setInputs,
	toApiFormat,
	workflowInfo,
	type ApiWorkflow,
	type ObjectInfo,
} from '../../nodes/client';
import { JobEventLog } from '../../nodes/client/jobs/JobEventLog';
import { collectOutputs } from '../../nodes/client/protocol/outputs';
import { parseHistoryEntry } from '../../nodes/client/protocol/history';
import { stringifyExactly } from '../../nodes/client/core/json';
import { parseMessage } from '../../nodes/client/protocol/messages';
import { parseActiveJobs, parseQueue } from '../../nodes/client/protocol/queue';
import { readNodeErrors, toProblems } from '../../nodes/client/protocol/validation';
import { sanitize } from '../../nodes/client/protocol/safeToSend';
import { plain, pngOf } from '../client/metadata/support/png';
import { deep } from './support/weird';
import { ending, resultOf } from './support/typed';

/**
 * Inputs so large that recursion ends in an overflow, and work that grows with the square of their size at the
 * time-out. What is read of a workflow is counted as well: twice the workflow, twice the work.
 */
const MANY = 20_000;

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const node = (inputs: Record<string, unknown>) => ({ class_type: 'KSampler', inputs });

/** Each node takes the one before it. */
const chain: ApiWorkflow = Object.fromEntries(
	numbers(MANY).map((n) => [
		String(n),
		node({ image: n ? [String(n - 1), 0] : 1, seed: n, text: `{{name${n}}}` }),
	]),
);
/** All nodes take one, and one takes all. */
const star: ApiWorkflow = {
	...Object.fromEntries(numbers(MANY).map((n) => [`a${n}`, node({ image: ['hub', 0] })])),
	hub: node(Object.fromEntries(numbers(MANY).map((n) => [`in${n}`, [`a${n}`, 0]]))),
};
const catalogue: ObjectInfo = {
	KSampler: {
		input: { required: { image: ['IMAGE'], seed: ['INT', {}], text: ['STRING', {}] } },
		output: ['IMAGE'],
	},
	...Object.fromEntries(
		numbers(5_000).map((n) => [`Type${n}`, { input: {}, output: [], output_node: true }]),
	),
};

describe.each([
	['a chain', chain],
	['a star', star],
])('a workflow of 20,000 nodes: %s', (_what, workflow) => {
	test.each<[string, () => unknown]>([
		['is parsed', () => parseWorkflow(JSON.stringify(workflow))],
		['is described', () => workflowInfo(workflow, catalogue)],
		['is checked', () => reportText(checkWorkflow(workflow, catalogue))],
		['is listed as a form', () => listFields(workflow, catalogue)],
		['is merged with itself', () => mergeWorkflows(workflow, workflow)],
		['is saved', () => saveWorkflow(workflow)],
		['is fingerprinted', () => fingerprint(workflow)],
		['is made safe to send', () => sanitize(workflow)],
		['gets seeds', () => applySeeds(workflow, 'randomize', { objectInfo: catalogue })],
		['becomes a template', () => createTemplate(workflow)],
		[
			'gets a value',
			() => setInputs(workflow, [{ node: Object.keys(workflow)[0], input: 'image', value: 1 }]),
		],
		[
			'lacks a node that is asked for',
			() => setInputs(workflow, [{ node: 'Nowhere', input: 'x', value: 1 }]),
		],
		['is refused node by node', () => toProblems(readNodeErrors(refusalOf(workflow)), workflow)],
		['comes back in the history', () => collectOutputs(outputsOf(workflow), workflow)],
	])('%s', async (_how, work) => {
		await ending(work);
	});
});

const refusalOf = (workflow: ApiWorkflow) =>
	Object.fromEntries(
		Object.keys(workflow).map((id) => [
			id,
			{ class_type: 'X', errors: [{ type: 'value_not_in_list', extra_info: {} }] },
		]),
	);
const outputsOf = (workflow: ApiWorkflow) =>
	Object.fromEntries(Object.keys(workflow).map((id) => [id, { images: [{ filename: `${id}.png` }] }]));

/** The editor's format of a chain, through nodes that the conversion resolves. */
function uiChain(type: string, mode = 0, count = 3_000): unknown {
	const port = (name: string, link: number) => [{ name, type: 'IMAGE', link }];
	const nodes = numbers(count).map((n) => ({
		id: n + 1,
		type: n === 0 || n === count - 1 ? 'KSampler' : type,
		mode: n === 0 || n === count - 1 ? 0 : mode,
		inputs: n ? port('image', n) : [],
		outputs: [{ name: 'o', type: 'IMAGE', links: [n + 1] }],
		widgets_values: [],
	}));
	const links = numbers(count - 1).map((n) => [n + 1, n + 1, 0, n + 2, 0, 'IMAGE']);
	return { nodes, links, last_node_id: count };
}

test.each<[string, () => unknown]>([
	['of ordinary nodes', () => uiChain('KSampler')],
	['of reroutes', () => uiChain('Reroute')],
	['of bypassed nodes', () => uiChain('KSampler', 4)],
	['of nodes that are not installed', () => uiChain('Nowhere')],
	['of reroutes that lead in a circle', () => withCircle(uiChain('Reroute'))],
])('a chain of 3,000 nodes of the editor is converted: %s', async (_what, make) => {
	await ending(() => toApiFormat(make(), catalogue));
});

function withCircle(graph: unknown): unknown {
	const { links } = graph as { links: unknown[][] };
	links[1] = [2, 2_998, 0, 3, 0, 'IMAGE'];
	return graph;
}

test.each([100, 5_000, 200_000])('values in values, %i levels deep, are read or refused', async (levels) => {
	const opening = '{"x":['.repeat(levels / 2);
	const text = `${opening}1${']}'.repeat(levels / 2)}`;
	await ending(() => parseWorkflow(text));
	await ending(() => parseWorkflow(`{"1":{"class_type":"A","inputs":{"a":${text}}}}`));
	await ending(() =>
		parseWorkflow(`{"1":{"class_type":"A","inputs":{"a":${text},"seed":18446744073709551615}}}`),
	);
	await ending(() =>
		toApiFormat(`{"nodes":[{"id":1,"type":"KSampler","widgets_values":${text}}],"links":[]}`, catalogue),
	);
	expect(
		parseMessage(`{"type":"executed","data":{"prompt_id":"a","node":"1","output":${text}}}`),
	).toBeDefined();
	const given = { '1': { class_type: 'KSampler', inputs: { seed: deep(levels) } } };
	const workflow = (await resultOf(() => parseWorkflow(given)))?.workflow ?? {};
	const steps: Array<() => unknown> = [
		() => reportText(checkWorkflow(workflow, catalogue)),
		() => saveWorkflow(workflow),
		() => workflowInfo(workflow, catalogue),
		() => listFields(workflow, catalogue),
		() => mergeWorkflows(workflow, workflow),
		() => setInputs(workflow, [{ node: '1', input: 'seed', value: deep(levels), coerce: true }], catalogue),
		() =>
			toProblems(
				readNodeErrors({ '1': { errors: [{ extra_info: { received_value: deep(levels) } }] } }),
				workflow,
			),
		() => collectOutputs({ '1': { images: deep(levels) } }, workflow),
		() =>
			parseHistoryEntry({ prompt: [0, 'a', workflow], outputs: { '1': deep(levels) }, status: deep(levels) }),
		() => stringifyExactly({ a: 1 }),
	];
	for (const step of steps) await ending(step);
});

/** A workflow that counts what is read of it. */
function counted(workflow: ApiWorkflow): { workflow: ApiWorkflow; reads: () => number } {
	let reads = 0;
	const watched = <T>(value: T): T => {
		if (typeof value !== 'object' || value === null) return value;
		return new Proxy(value, {
			get: (target, name) => {
				reads += 1;
				return watched(Reflect.get(target, name) as unknown);
			},
			ownKeys: (target) => {
				const names = Reflect.ownKeys(target);
				reads += names.length;
				return names;
			},
		});
	};
	return { workflow: watched(workflow), reads: () => reads };
}

const chainOf = (count: number): ApiWorkflow =>
	Object.fromEntries(
		numbers(count).map((n) => [String(n), node({ image: n ? [String(n - 1), 0] : 1, seed: n, text: 'x' })]),
	);

test.each<[string, (workflow: ApiWorkflow) => unknown]>([
	['described', (workflow) => workflowInfo(workflow, catalogue)],
	['checked', (workflow) => reportText(checkWorkflow(workflow, catalogue))],
	['listed as a form', (workflow) => listFields(workflow, catalogue)],
	['saved', (workflow) => saveWorkflow(workflow)],
	['merged', (workflow) => mergeWorkflows(workflow, workflow)],
	['given seeds', (workflow) => applySeeds(workflow, 'randomize', { objectInfo: catalogue })],
	['made a template', (workflow) => createTemplate(workflow)],
	['parsed', (workflow) => parseWorkflow(workflow)],
])('twice the workflow is twice the work when it is %s', async (_how, work) => {
	const readsOf = async (count: number) => {
		const { workflow, reads } = counted(chainOf(count));
		await ending(() => work(workflow));
		return reads();
	};
	const [once, twice] = [await readsOf(400), await readsOf(800)];
	expect(once).toBeGreaterThan(400);
	expect(twice / once).toBeLessThan(2.2);
});

test('a hundred thousand events are heard', () => {
	const heard = new JobEventLog();
	const record = heard.of('a');
	heard.submitting();
	for (const n of numbers(100_000)) {
		heard.add({ type: 'execution_start', data: { prompt_id: `foreign-${n}` } });
		heard.add({ type: 'executing', data: { prompt_id: 'a', node: String(n) } });
	}
	expect(record.progress().state).toBe('running');
});

test('a queue of a hundred thousand jobs is read', () => {
	const jobs = numbers(100_000).map((n) => ({ id: String(n), status: 'pending', priority: -n }));
	expect(parseActiveJobs({ jobs })).toHaveLength(jobs.length);
	expect(
		parseQueue({ queue_pending: jobs.map(({ id, priority }) => [priority, id, {}, {}, []]) }),
	).toHaveLength(jobs.length);
});

test('a picture of fifty thousand chunks is read', async () => {
	const chunks = numbers(50_000).map((n) => plain(`key${n}`, 'x'));
	await ending(async () => await readMetadata(pngOf(chunks)));
	await ending(
		async () =>
			await readWorkflowFile(pngOf([...chunks, plain('prompt', '{"1":{"class_type":"A","inputs":{}}}')])),
	);
});
