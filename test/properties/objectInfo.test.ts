import fc from 'fast-check';
import {
	assertRunnable,
	checkWorkflow,
	describeNode,
	inputNamed,
	inputWithChoices,
	listFields,
	listInputs,
	listNodeTypes,
	parseWorkflow,
	reportText,
	type ObjectInfo,
} from '../../nodes/client';
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
