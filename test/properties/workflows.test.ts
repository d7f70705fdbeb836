import fc from 'fast-check';
import {
	applySeeds,
	checkWorkflow,
	createTemplate,
	fillTemplate,
	fingerprint,
	listFields,
	listParameters,
	mergeWorkflows,
	parseWorkflow,
	readWorkflow,
	reportText,
	saveWorkflow,
	setInputs,
	workflowInfo,
	type ApiWorkflow,
} from '../../nodes/client';
import { toSubmission } from '../../nodes/client/jobs/submission';
import { parseJsonExactly, stringifyExactly } from '../../nodes/client/core/json';
import { textOf } from '../../nodes/client/core/text';
import { sanitize } from '../../nodes/client/protocol/safeToSend';
import { apiWorkflows, pairCatalogue, uiWorkflows } from './support/fixtures';
import { mutated } from './support/mutateJson';
import { properties, property } from './support/property';
import { ending, resultOf } from './support/typed';
import { weirdText, weirdValue } from './support/weird';

const document = mutated<unknown>([...apiWorkflows, ...uiWorkflows]);

/** A changed workflow as the client reads it; undefined when it is none any more. */
const readable = mutated(apiWorkflows).map((workflow) => {
	try {
		return parseWorkflow(workflow).workflow;
	} catch {
		return undefined; // what errors are like is another property
	}
});

const isNode = (node: unknown) =>
	typeof node === 'object' &&
	node !== null &&
	typeof (node as { class_type: unknown }).class_type === 'string';

properties('workflow JSON', () => {
	property('any JSON is read, or refused in words', fc.oneof(document, weirdValue), 1_500, async (source) => {
		const found = await resultOf(() => readWorkflow(source));
		for (const node of Object.values(found?.workflow ?? {})) expect(isNode(node)).toBe(true);
	});

	property(
		'any text is read, or refused in words',
		fc.tuple(document, fc.nat(), weirdText),
		1_500,
		async (given) => {
			const [source, at, inserted] = given;
			const text = stringifyExactly(source) ?? '';
			const place = at % (text.length + 1);
			await ending(() => readWorkflow(text));
			await ending(() => readWorkflow(text.slice(0, place) + inserted + text.slice(place)));
			await ending(() => readWorkflow(text.slice(0, place)));
		},
	);

	property(
		'what is wrapped is what is unwrapped',
		fc.tuple(readable, weirdValue),
		400,
		async ([workflow, beside]) => {
			if (!workflow) return;
			for (const wrap of [
				{ prompt: workflow },
				{ json: workflow, beside },
				[workflow],
				{ output: workflow },
			]) {
				expect((await resultOf(() => parseWorkflow(wrap)))?.workflow).toEqual(workflow);
			}
		},
	);

	property('what was saved is read again as it was', readable, 800, async (workflow) => {
		const text = workflow && (await resultOf(() => saveWorkflow(workflow)));
		if (!text) return;
		const again = parseWorkflow(text).workflow;
		expect(saveWorkflow(again)).toBe(text);
		expect(Object.keys(again).sort()).toEqual(Object.keys(sanitize(workflow)).sort());
	});

	property('everything that is known of a workflow is plain JSON', readable, 1_200, async (workflow) => {
		if (!workflow) return;
		const before = stringifyExactly(workflow);
		for (const catalogue of [undefined, pairCatalogue]) {
			const info = await resultOf(() => workflowInfo(workflow, catalogue));
			const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
			if (info) expect(plain(info)).toEqual(plain(plain(info)));
			await ending(() => listFields(workflow, catalogue ?? {}));
		}
		const report = await resultOf(() => checkWorkflow(workflow, pairCatalogue));
		if (report) for (const text of reportText(report)) expect(typeof text).toBe('string');
		await ending(() => fingerprint(workflow));
		expect(stringifyExactly(workflow)).toBe(before);
	});

	property(
		'what is sent has nodes with inputs and nothing else',
		fc.tuple(readable, weirdValue),
		800,
		async (given) => {
			const [workflow, extra] = given;
			if (!workflow) return;
			const extraData = { extra } as Record<string, unknown>;
			const sent = await resultOf(() => toSubmission(workflow, 'me', { extraData }));
			if (!sent) return;
			for (const node of Object.values((await resultOf(() => sanitize(sent.workflow))) ?? {})) {
				expect(isNode(node) && typeof node.inputs === 'object' && node.inputs !== null).toBe(true);
				expect(Object.keys(node).filter((key) => !['class_type', 'inputs', '_meta'].includes(key))).toEqual(
					[],
				);
			}
		},
	);

	property(
		'values are put in as they are, and into a copy',
		fc.tuple(readable, fc.nat(), fc.nat(), weirdValue, fc.boolean()),
		1_200,
		async ([workflow, first, second, value, coerce]) => {
			const [node, input] = workflow ? placeIn(workflow, first, second) : [];
			if (!workflow || node === undefined || input === undefined) return;
			const before = stringifyExactly(workflow);
			const changed = await resultOf(() =>
				setInputs(workflow, [{ node, input, value, coerce }], pairCatalogue),
			);
			expect(stringifyExactly(workflow)).toBe(before);
			const isList = Array.isArray(value) || typeof value === 'object';
			if (changed && !coerce && !isList) expect(changed[node].inputs[input]).toEqual(value);
			await ending(() => setInputs(workflow, [{ node: `${node}.${input}`, value }]));
			await ending(() => setInputs(workflow, [{ node: textOf(value), input, value, add: true }]));
		},
	);

	property('seeds are set, and told', fc.tuple(readable, fc.integer()), 500, async ([workflow, seed]) => {
		if (!workflow) return;
		for (const mode of ['keep', 'fixed', 'randomize'] as const) {
			await ending(() => applySeeds(workflow, mode, { seed, objectInfo: pairCatalogue }));
		}
	});

	property(
		'two workflows become one with all nodes of both',
		fc.tuple(readable, readable),
		500,
		async (given) => {
			const [one, other] = given;
			if (!one || !other) return;
			const merged = await resultOf(() => mergeWorkflows(one, other));
			if (!merged) return;
			expect(Object.keys(merged.workflow)).toHaveLength(Object.keys(one).length + Object.keys(other).length);
		},
	);

	property(
		'a template is filled, or says what is missing',
		fc.tuple(readable, fc.nat(), fc.nat(), weirdText, weirdValue),
		800,
		async ([workflow, first, second, name, value]) => {
			const [node, input] = workflow ? placeIn(workflow, first, second) : [];
			if (!workflow || node === undefined) return;
			const parameters = { [name]: { node, input } };
			await ending(() => createTemplate(workflow, parameters));
			await ending(() => listParameters({ workflow, parameters }));
			await ending(() => fillTemplate({ workflow, parameters }, { [name]: value }));
		},
	);

	property(
		'64-bit numbers keep their digits',
		fc.array(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n })),
		400,
		(all) => {
			const text = `{"a":[${all.join(',')}],"b":"${all.join(' ')}"}`;
			expect(stringifyExactly(parseJsonExactly(text))).toBe(text);
		},
	);
});

/** Some input of some node. */
function placeIn(workflow: ApiWorkflow, first: number, second: number): [string?, string?] {
	const ids = Object.keys(workflow);
	const node = ids[first % ids.length];
	const names = Object.keys(workflow[node].inputs);
	return [node, names[second % Math.max(names.length, 1)]];
}
