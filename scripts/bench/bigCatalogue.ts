import { readFileSync } from 'node:fs';
import path from 'node:path';

const fixture = path.resolve(__dirname, '../../test/fixtures/object_info.json');

/** As many node types as a big installation has, each with a list of models, as loaders repeat it: about 3 kB a type. */
export function bigCatalogue(count: number): Record<string, unknown> {
	const known = Object.entries(
		JSON.parse(readFileSync(fixture, 'utf8')) as Record<string, { input: { optional?: object } }>,
	);
	const models = Array.from(
		{ length: 60 },
		(_, index) => `family-${index % 7}/model-${index}-fp16.safetensors`,
	);
	const all: Record<string, unknown> = {};
	for (let index = 0; index < count; index++) {
		const [name, definition] = known[index % known.length];
		const optional = { ...definition.input.optional, extra_model: [models, {}] };
		const copy = { ...definition, name: `${name}${index}`, display_name: `${name} No. ${index}` };
		all[`${name}${index}`] = { ...copy, input: { ...definition.input, optional } };
	}
	return all;
}
