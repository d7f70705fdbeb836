import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectInfo } from '../../../nodes/client';
import { toApiFormat } from '../../../nodes/client/convert/toApiFormat';
import { differences, type Pair } from './compare';

const folder = join(__dirname, '..', '..', 'fixtures', 'conversion');
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const catalogue = read('catalogue.json') as ObjectInfo;
const pairs = readdirSync(folder)
	.filter((name) => name.endsWith('.json') && name !== 'catalogue.json')
	.map((name) => read(name) as Pair);

describe('a workflow of the editor becomes what the editor itself makes of it', () => {
	test.each(pairs.map((pair) => [pair.name, pair] as const))('%s', (_name, pair) => {
		const before = structuredClone(pair.ui);
		const options = { substituteNames: true, dynamicPrompts: { random: () => 0 } };
		expect(differences(pair, toApiFormat(pair.ui, catalogue, options))).toEqual([]);
		expect(pair.ui).toEqual(before);
	});
});
