import fc from 'fast-check';
import { toApiFormat, type Conversion } from '../../nodes/client';
import { pairCatalogue, uiWorkflows } from './support/fixtures';
import { mutated } from './support/mutateJson';
import { properties, property } from './support/property';
import { resultOf } from './support/typed';

const options = { substituteNames: true, dynamicPrompts: { random: () => 0 } };

/** What holds for everything that comes out, whatever went in. */
function expectRunnable({ prompt, warnings }: Conversion): void {
	for (const [id, node] of Object.entries(prompt)) {
		expect([id, typeof node.class_type, typeof node.inputs]).toEqual([id, 'string', 'object']);
	}
	for (const warning of warnings) expect(typeof JSON.stringify(warning)).toBe('string');
}

properties('UI graphs', () => {
	property(
		'a changed workflow is converted, or refused in words',
		mutated(uiWorkflows),
		2_000,
		async (ui) => {
			const found = await resultOf(() => toApiFormat(ui, pairCatalogue, options));
			if (found) expectRunnable(found);
		},
	);

	property(
		'a changed workflow and a changed catalogue too',
		fc.tuple(mutated(uiWorkflows, 3), mutated([pairCatalogue], 12)),
		150,
		async ([ui, catalogue]) => {
			const found = await resultOf(() => toApiFormat(ui, catalogue, options));
			if (found) expectRunnable(found);
		},
	);

	property('the conversion changes nothing of what it is given', mutated(uiWorkflows, 2), 300, async (ui) => {
		const before = JSON.stringify(ui);
		await resultOf(() => toApiFormat(ui, pairCatalogue));
		expect(JSON.stringify(ui)).toBe(before);
	});
});
