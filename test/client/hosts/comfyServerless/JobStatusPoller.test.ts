import { slow } from '../../support/workflows';
import { onServerless } from '../support/comfyServerlessStage';

// No time passes, so that no further request is allowed meanwhile.
jest.mock('../../../../nodes/client/core/time', () => ({
	...jest.requireActual<typeof import('../../../../nodes/client/core/time')>(
		'../../../../nodes/client/core/time',
	),
	now: () => 0,
}));

describe('a service that takes only so many requests', () => {
	test('is not asked more often than it allows over a long time', async () => {
		await onServerless(async (stage) => {
			const host = stage.service();
			const { promptId } = await stage.connect().queuePrompt(slow());
			for (let looks = 0; looks < 100; looks++) {
				expect((await host.jobs.getJobs([promptId])).get(promptId)?.state).toBe('running');
			}
			const asked = stage.server.requests.filter(({ path }) => path.endsWith('/status')).length;
			expect(asked).toBe(30);
		});
	});

	test('is left in peace when it refuses, and the job is told as it was seen last', async () => {
		await onServerless(async (stage) => {
			const host = stage.service();
			const { promptId } = await stage.connect().queuePrompt(slow());
			await host.jobs.getJobs([promptId]);
			stage.server.tooMany(/status$/, 1, 90);
			for (let looks = 0; looks < 3; looks++) {
				expect((await host.jobs.getJobs([promptId])).get(promptId)?.state).toBe('running');
			}
			const asked = stage.server.requests.filter(({ path }) => path.endsWith('/status')).length;
			expect(asked).toBe(2);
		});
	});
});
