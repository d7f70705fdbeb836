import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectInfo } from '../../../nodes/client';
import { toApiFormat } from '../../../nodes/client/convert/toApiFormat';
import { differences, type Pair } from './compare';

/**
 * A folder with `conversion/*.json`, one pair a file, recorded from the real editor. The node types are in
 * `object_info.json`, or in `conversion-object_info.json`. In `disputed/` are pairs in which the editor loses a value
 * that the file has; the conversion keeps it.
 */
const folder = process.env.COMFYUI_RECORDINGS ?? '';
const run = folder ? describe : describe.skip;

run('what the real editor made of recorded workflows', () => {
	const read = (...names: string[]): unknown => JSON.parse(readFileSync(join(folder, ...names), 'utf8'));
	const namesIn = (kind: string) =>
		existsSync(join(folder, kind))
			? readdirSync(join(folder, kind)).filter((name) => /\.json$/.test(name))
			: [];
	const nodeTypes = () =>
		read(
			['object_info.json', 'conversion-object_info.json'].find((name) => existsSync(join(folder, name))) ??
				'',
		) as ObjectInfo;
	const options = { substituteNames: true, dynamicPrompts: { random: () => 0 } };

	test('every one becomes the same', () => {
		const catalogue = nodeTypes();
		const names = namesIn('conversion');
		const differing = names.flatMap((name) => {
			const pair = read('conversion', name) as Pair;
			const found = differences(pair, toApiFormat(pair.ui, catalogue, options));
			return found.length > 0 ? [`${pair.name}: ${found.join('; ')}`] : [];
		});
		expect(names.length).toBeGreaterThan(0);
		expect(differing).toEqual([]);
	});

	test('a disputed one is converted too, with the same nodes', () => {
		const catalogue = nodeTypes();
		for (const name of namesIn('disputed')) {
			const pair = read('disputed', name) as Pair;
			const { prompt } = toApiFormat(pair.ui, catalogue, options);
			expect([name, Object.keys(prompt).sort()]).toEqual([name, Object.keys(pair.api).sort()]);
		}
	});
});
