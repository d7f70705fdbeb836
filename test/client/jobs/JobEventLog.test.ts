import { JobEventLog } from '../../../nodes/client/jobs/JobEventLog';

const start = (prompt_id: string) => ({ type: 'execution_start', data: { prompt_id } }) as const;
const theirs = Array.from({ length: 1000 }, (_, index) => `theirs-${index}`);
const kept = (heard: JobEventLog) => theirs.filter((id) => heard.get(id));

describe('jobs of others, of which some hosts tell too', () => {
	test('are not kept', () => {
		const heard = new JobEventLog();
		heard.of('ours');
		for (const id of theirs) expect(heard.add(start(id))).toBeUndefined();
		expect(kept(heard)).toEqual([]);
		expect(heard.add(start('ours'))).toBeDefined();
	});

	test('are kept in small numbers while a job is submitted, since the host may choose its id', () => {
		const heard = new JobEventLog();
		heard.submitting();
		for (const id of theirs) heard.add(start(id));
		expect(kept(heard).length).toBeLessThanOrEqual(20);
		expect(kept(heard)).toContain('theirs-999');
	});

	test('are forgotten once all jobs are submitted, except ours', () => {
		const heard = new JobEventLog();
		heard.submitting();
		heard.submitting();
		heard.add(start('theirs-1'));
		heard.add(start('theirs-2'));
		heard.of('theirs-2');
		heard.submitted();
		expect(kept(heard)).toEqual(['theirs-1', 'theirs-2']);
		heard.submitted();
		expect(kept(heard)).toEqual(['theirs-2']);
	});

	test('count as gone when handing in has failed', () => {
		const heard = new JobEventLog();
		heard.submitting();
		heard.add(start('theirs-1'));
		heard.submitted();
		heard.add(start('theirs-2'));
		expect(kept(heard)).toEqual([]);
	});
});

test('a picture without an ID belongs to no job after the connection broke', () => {
	const heard = new JobEventLog();
	heard.of('ours');
	heard.add(start('ours'));
	const picture = { kind: 'image', data: new Uint8Array(), mimeType: 'image/jpeg' } as const;
	expect(heard.addFrame(picture)?.promptId).toBe('ours');
	heard.interrupted();
	expect(heard.addFrame(picture)).toBeUndefined();
});
