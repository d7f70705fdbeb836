import fc from 'fast-check';
import {
	applySeeds,
	assertRunnable,
	checkWorkflow,
	createTemplate,
	describeNode,
	inputNamed,
	inputWithChoices,
	listFields,
	listInputs,
	listNodeTypes,
	parseWorkflow,
	reportText,
	saveWorkflow,
	setInputs,
	toApiFormat,
	workflowInfo,
	type ApiWorkflow,
	type ObjectInfo,
} from '../../nodes/client';
import { collectOutputs } from '../../nodes/client/protocol/outputs';
import { readNodeErrors, toProblems } from '../../nodes/client/protocol/validation';
import { apiWorkflows, definitions, pairCatalogue } from './support/fixtures';
import { mutated } from './support/mutateJson';
import { properties, property } from './support/property';
import { ending } from './support/typed';
import { weirdText, weirdValue } from './support/weird';

const catalogue = fc.oneof(
	{ arbitrary: mutated<ObjectInfo>(definitions, 8), weight: 5 },
	{ arbitrary: fc.dictionary(weirdText, weirdValue, { maxKeys: 4 }) as fc.Arbitrary<ObjectInfo>, weight: 1 },
);

const readable = mutated(apiWorkflows, 3)
	.filter((workflow) => {
		try {
			return parseWorkflow(workflow).workflow !== undefined;
		} catch {
			return false;
		}
	})
	.map((workflow) => parseWorkflow(workflow).workflow);

properties('object_info', () => {
	property(
		'node types are listed and described',
		fc.tuple(catalogue, weirdText),
		2_000,
		async ([info, text]) => {
			const rows = await ending(() => listNodeTypes(info, { text }));
			expect(rows).toBeDefined();
			await ending(() => listNodeTypes(info));
			for (const [name, definition] of Object.entries(info)) {
				if (typeof definition !== 'object' || definition === null) continue;
				await ending(() => JSON.stringify(describeNode(name, definition)));
				await ending(() => listInputs(definition));
				await ending(() => inputNamed(name, definition, text));
				await ending(() => inputWithChoices(name, definition, text));
			}
		},
	);

	property(
		'a workflow is checked against it',
		fc.tuple(readable, mutated([pairCatalogue], 12)),
		250,
		async ([workflow, info]) => {
			await ending(() => reportText(checkWorkflow(workflow, info)));
			await ending(() => assertRunnable(checkWorkflow(workflow, info)));
			await ending(() => listFields(workflow, info));
		},
	);
});

/** Members that every object inherits: a look-up that finds them instead of nothing gets a function. */
const INHERITED = ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty'];

test.each(INHERITED)('everything may be named %s: types, nodes, inputs, choices and files', (name) => {
	const spec = [name, { default: name, options: [name] }];
	const definition = JSON.parse(
		`{"input":{"required":{"${name}":${JSON.stringify(spec)},"choice":[["${name}"]]}},"output":["${name}"],"output_node":true}`,
	) as ObjectInfo[string];
	const own = <T>(value: T) => Object.fromEntries([[name, value]]);
	const info: ObjectInfo = own(definition);
	const workflow: ApiWorkflow = own({
		class_type: name,
		inputs: { ...own(name), choice: name },
		_meta: { title: name },
	});
	const other: ApiWorkflow = { '1': { class_type: name, inputs: { image: [name, 0], seed: [name, 1] } } };
	for (const one of [workflow, other]) {
		for (const catalogue of [info, {}]) {
			reportText(checkWorkflow(one, catalogue));
			workflowInfo(one, catalogue);
			listFields(one, catalogue);
			toApiFormat(one, catalogue, { substituteNames: true });
		}
		saveWorkflow(one);
		createTemplate(one);
		applySeeds(one, 'randomize', { objectInfo: info });
		toProblems(readNodeErrors(own({ class_type: name, errors: [{ type: name }] })), one);
		collectOutputs(own(own([{ filename: name, type: name }])), one);
	}
	expect(describeNode(name, definition).inputs.map((input) => input.name)).toEqual([name, 'choice']);
	expect(inputWithChoices(name, definition, 'choice').choices).toEqual([name]);
	const value = { node: name, input: name, value: '5', coerce: true };
	expect(setInputs(workflow, [value], info)[name].inputs[name]).toBe('5');
	expect(checkWorkflow(workflow, info)).toMatchObject({ ok: true, missingNodeTypes: [] });
});
