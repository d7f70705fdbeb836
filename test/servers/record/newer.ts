import type { Recorder } from './Recorder';

/** What servers before 0.33 answer otherwise or not at all. The order counts: one server plays all of them. */

interface Scenario {
	about: string;
	play: (recorder: Recorder) => Promise<void>;
}

const CLIENT = '5b1d5e0e-8f6c-4a55-9a0e-0f1c5a3a9b10';
const SOCKET = `/ws?clientId=${CLIENT}`;
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

const canvas = (color: number) => ({
	class_type: 'EmptyImage',
	inputs: { width: 32, height: 32, batch_size: 1, color },
});
const save = (from: string, filename_prefix: string) => ({
	class_type: 'SaveImage',
	inputs: { images: [from, 0], filename_prefix },
});
const slow = (seconds: number, steps: number, seed: number) => ({
	'1': canvas(seed),
	'2': { class_type: 'TSleep', inputs: { seconds, steps, seed, image: ['1', 0] } },
	'3': save('2', 'rec/jobs'),
});
const failing = {
	'1': canvas(71),
	'2': { class_type: 'TFail', inputs: { image: ['1', 0], msg: 'no such luck' } },
	'3': save('2', 'rec/failing'),
};
const body = (prompt: object, more: object = {}) => ({ prompt, client_id: CLIENT, ...more });
const workflowOf = (id: string) => ({ extra_data: { extra_pnginfo: { workflow: { id } } } });

export const NEWER: Record<string, Scenario> = {
	jobs_api: {
		about: 'Jobs that run, wait, end well and fail, alone and in lists; what a list refuses',
		async play(recorder) {
			await recorder.open('A', SOCKET);
			const running = await recorder.queue(body(slow(2, 8, 61), workflowOf('of-jobs')));
			const waiting = await recorder.queue(body(slow(0.2, 2, 62), workflowOf('of-jobs')));
			await recorder.seen('"progress"');
			await recorder.request('GET', `/api/jobs/${running}`);
			await recorder.request('GET', `/api/jobs/${waiting}`);
			await recorder.request('GET', '/api/jobs?status=pending,in_progress&sort_order=asc');
			await recorder.idle();
			await recorder.request('GET', `/api/jobs/${running}`);
			const failed = await recorder.queue(body(failing));
			await recorder.idle();
			await recorder.request('GET', `/api/jobs/${failed}`);
			const text = await recorder.queue(
				body({ '1': { class_type: 'TText', inputs: { text: 'a job of words' } } }),
			);
			await recorder.idle();
			await recorder.request('GET', `/api/jobs/${text}`);
			for (const query of [
				'workflow_id=of-jobs&sort_order=asc',
				'status=failed&limit=1',
				'limit=2&offset=1',
				'status=nonsense',
				'sort_by=priority',
				'sort_order=up',
				'limit=0',
				'limit=x',
				'offset=x',
			])
				await recorder.request('GET', `/api/jobs?${query}`);
			await recorder.request('GET', `/api/jobs/${UNKNOWN}`);
			await recorder.request('GET', '/api/jobs/not-a-uuid');
		},
	},
	jobs_cancel: {
		about: 'The jobs API cancels a job that waits, one that runs, one that has ended, and none',
		async play(recorder) {
			await recorder.open('A', SOCKET);
			const running = await recorder.queue(body(slow(10, 40, 63)));
			const waiting = await recorder.queue(body(slow(0.2, 2, 64)));
			const batch = await recorder.queue(body(slow(0.2, 2, 65)));
			await recorder.seen('"progress"');
			await recorder.request('POST', `/api/jobs/${waiting}/cancel`, {});
			await recorder.request('POST', '/api/jobs/cancel', { job_ids: [batch, UNKNOWN] });
			await recorder.request('GET', '/queue');
			await recorder.request('POST', `/api/jobs/${running}/cancel`, {});
			await recorder.idle();
			await recorder.request('GET', `/api/jobs/${running}`);
			await recorder.request('GET', `/api/jobs/${waiting}`);
			await recorder.request('POST', `/api/jobs/${running}/cancel`, {});
			await recorder.request('POST', `/api/jobs/${UNKNOWN}/cancel`, {});
			await recorder.request('POST', '/api/jobs/not-a-uuid/cancel', {});
			await recorder.request('POST', '/api/jobs/cancel', { job_ids: ['not-a-uuid', 7] });
			await recorder.request('POST', '/api/jobs/cancel', { job_ids: [] });
			await recorder.request('POST', '/api/jobs/cancel', {});
			await recorder.request('POST', '/api/jobs/cancel', '{not json');
			await recorder.request('GET', '/api/jobs?status=cancelled');
		},
	},
	prompt_ids: {
		about: 'An id of the client is kept when it is a lower-case UUID, and refused otherwise',
		async play(recorder) {
			const prompt = { '1': canvas(72), '2': save('1', 'rec/ids') };
			await recorder.open('A', SOCKET);
			await recorder.queue(body(prompt, { prompt_id: '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d' }));
			await recorder.idle();
			for (const prompt_id of ['6F1ED002-AB5B-4C3E-9D1C-0C8A3F1E2B4E', 'mine', '', 7])
				await recorder.request('POST', '/prompt', body(prompt, { prompt_id }));
			await recorder.queue(body(prompt, { prompt_id: null }));
			await recorder.idle();
		},
	},
	partial_targets: {
		about:
			'Only the chosen output nodes run, and files that another job made are not listed; no such nodes are refused',
		async play(recorder) {
			const other = { '1': canvas(73), '3': save('1', 'rec/other') };
			const both = { ...other, '2': save('1', 'rec/chosen') };
			await recorder.open('A', SOCKET);
			await recorder.queue(body(other));
			await recorder.idle();
			const id = await recorder.queue(body(both, { partial_execution_targets: ['2'] }));
			await recorder.idle();
			await recorder.request('GET', `/history/${id}`);
			await recorder.request('POST', '/prompt', body(both, { partial_execution_targets: [] }));
			await recorder.request('POST', '/prompt', body(both, { partial_execution_targets: ['9'] }));
		},
	},
	preview_method: {
		about: 'A job that wants no previews gets none',
		async play(recorder) {
			await recorder.open('A', SOCKET);
			await recorder.queue(body(slow(0.4, 4, 66), { extra_data: { preview_method: 'none' } }));
			await recorder.idle();
		},
	},
	newer_errors: {
		about:
			'A cycle, a class that is missing without a title, and a choice of a newer form that does not exist',
		async play(recorder) {
			const invert = (from: string) => ({ class_type: 'ImageInvert', inputs: { image: [from, 0] } });
			const cycle = { '1': invert('2'), '2': invert('1'), '3': save('2', 'x') };
			await recorder.request('POST', '/prompt', body(cycle));
			await recorder.request('POST', '/prompt', body({ '1': { class_type: 'NoSuchNode', inputs: {} } }));
			await recorder.request('POST', '/prompt', body({ '1': { inputs: {} } }));
			const combo = { class_type: 'TCombo', inputs: { c: 'a', d: 'zzz', e: ['x'] } };
			await recorder.request('POST', '/prompt', body({ '1': combo }));
		},
	},
	features: {
		about: 'The flags of the server, over HTTP and over the socket; routes that do not exist',
		async play(recorder) {
			await recorder.request('GET', '/features');
			await recorder.request('GET', '/api/features');
			await recorder.open('A', SOCKET);
			recorder.send('A', { type: 'feature_flags', data: { supports_preview_metadata: true } });
			await recorder.seen('feature_flags');
			await recorder.request('GET', '/api/nope');
			await recorder.request('POST', '/api/nope', {});
			await recorder.request('GET', '/object_info/NoSuchNode');
			await recorder.request('GET', '/models/no_such_folder');
			await recorder.request('GET', '/embeddings');
			await recorder.request('GET', '/prompt');
		},
	},
};
