import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectInfo } from '../../../nodes/client';
import { toApiFormat } from '../../../nodes/client/convert/toApiFormat';
import { differences, type Pair } from './compare';

/** Holds `conversion/*.json` and `conversion-object_info.json`, recorded from the real editor. */
const folder = process.env.COMFYUI_RECORDINGS;
const run = folder ? describe : describe.skip;

run('what the real editor made of recorded workflows', () => {
	const read = (...names: string[]): unknown =>
		JSON.parse(readFileSync(join(folder ?? '', ...names), 'utf8'));

	test('every one becomes the same', () => {
		const catalogue = read('conversion-object_info.json') as ObjectInfo;
		const names = readdirSync(join(folder ?? '', 'conversion')).filter((name) => name.endsWith('.json'));
		const differing = names.flatMap((name) => {
			const pair = read('conversion', name) as Pair;
			const options = { substituteNames: true, dynamicPrompts: { random: () => 0 } };
			const found = differences(pair, toApiFormat(pair.ui, catalogue, options));
			return found.length > 0 ? [`${pair.name}: ${found.join('; ')}`] : [];
		});
		expect(names.length).toBeGreaterThan(0);
		expect(differing).toEqual([]);
	});
});
