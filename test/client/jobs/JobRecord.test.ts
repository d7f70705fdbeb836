import { JobRecord } from '../../../nodes/client/jobs/JobRecord';

test('the share of a job that is done never falls, also when a stream begins behind a poll', () => {
	const record = new JobRecord('6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d');
	expect(record.progress().fraction).toBeUndefined();
	const shares = [0.2, 0.5, 0.4, 0.6, 7].map((fraction) => {
		record.applyStatus({ fraction });
		return record.progress().fraction;
	});
	expect(shares).toEqual([0.2, 0.5, 0.5, 0.6, 1]);
});

test('nodes whose results the server has cached are done from the start', () => {
	const record = new JobRecord('6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d');
	const ids = ['1', '2', '3', '4'];
	record.workflow = Object.fromEntries(ids.map((id) => [id, { class_type: 'SaveImage', inputs: {} }]));
	const data = { prompt_id: record.promptId, timestamp: 0 };
	record.apply({ type: 'execution_cached', data: { ...data, nodes: ['1', '2', '3'] } });
	expect(record.progress().fraction).toBe(0.75);
});
