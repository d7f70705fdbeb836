import { readFileSync } from 'node:fs';
import path from 'node:path';
import { compareCounts } from '../../scripts/bench/compareCounts';

/** The comparison that fails a change which makes more requests, or a bigger package. */

const kept = { 'requests per item': 3, 'files in the package': 300 };

test('counts that are at most 1.3 times the kept ones pass', () => {
	expect(compareCounts(kept, { 'requests per item': 3.9, 'files in the package': 20 }).worse).toEqual([]);
});

test('a count above 1.3 times the kept one is named with both figures', () => {
	expect(compareCounts(kept, { 'requests per item': 4, 'files in the package': 300 }).worse).toEqual([
		'requests per item: 4 (kept: 3)',
	]);
});

test('a count that is kept but was not found, or the other way round, does not pass', () => {
	expect(compareCounts(kept, { 'requests per item': 3, sockets: 1 }).worse).toEqual([
		'files in the package: none (kept: 300)',
		'sockets: 1 (kept: none)',
	]);
});

test('the kept counts are positive numbers', () => {
	const file = path.resolve(__dirname, '../../scripts/bench/counts.json');
	const counts = Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>);
	expect(counts.length).toBeGreaterThan(0);
	for (const value of counts) expect(value).toBeGreaterThan(0);
});
