import { operations } from './support/operations';
import { answers } from './table/answers';
import { connection } from './table/connection';
import { silences } from './table/silences';
import { drops, order } from './table/events';
import { frames } from './table/frames';
import { nodes } from './table/nodes';
import { pool } from './table/pool';
import { ourSide } from './table/ourSide';
import { server } from './table/server';

const rows = [connection, silences, answers, drops, order, frames, server, ourSide].flat();

test('every fault has a name of its own, and hits something', () => {
	const names = rows.map(({ name }) => name);
	expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
	expect(rows.filter(({ outcomes }) => Object.keys(outcomes).length === 0)).toEqual([]);
	for (const others of [nodes, pool])
		expect(new Set(others.map(({ name }) => name)).size).toBe(others.length);
	expect(rows.length).toBeGreaterThan(100);
});

test('every operation meets faults after which it works, and faults after which it does not', () => {
	for (const name of Object.keys(operations)) {
		const outcomes = rows.flatMap((row) => (row.outcomes as Record<string, string>)[name] ?? []);
		expect([name, outcomes.includes('works')]).toEqual([name, true]);
		expect([name, outcomes.some((outcome) => outcome !== 'works')]).toEqual([name, true]);
	}
});
