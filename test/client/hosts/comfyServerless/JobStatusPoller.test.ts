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

	test('is not asked again while it refuses, and the job keeps its last status', async () => {
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
