import type { JobClient } from '../../../nodes/client';
import { LostJobs } from '../../../nodes/client/jobs/lostJobs';
import { delay } from '../../../nodes/client/core/time';

test('a job that is found under a longer ID loses once against its copy, and is not taken for ended then', async () => {
	const cancelled: string[] = [];
	const client = {
		getJob: async (promptId: string) =>
			await Promise.resolve(
				promptId === 'copy'
					? { promptId, state: 'running' }
					: { promptId: 'lost@gpu-1', state: cancelled.length > 0 ? 'interrupted' : 'pending' },
			),
	} as unknown as JobClient;
	let cancel = () => {};
	const isCancelled = new Promise<void>((resolve) => (cancel = resolve));
	const lost = new LostJobs<{ client: JobClient }>();
	lost.add({ client }, 'lost');
	const done = await lost.runCopy(
		{
			run: async ({ signal }) => {
				await isCancelled;
				await delay(50, { signal }); // the watch goes on meanwhile
				return 'result of the copy';
			},
			id: () => 'copy',
			cancelLost: async (_, promptId) => {
				cancelled.push(promptId);
				cancel();
				await Promise.resolve();
			},
		},
		{},
	);
	expect(done).toEqual({ result: 'result of the copy' });
	expect(cancelled).toEqual(['lost@gpu-1']);
});
