import { caught } from '../support/caught';
import { onStage } from '../support/Stage';
import { picture } from '../support/workflows';

describe('what a server cannot do', () => {
	test.each([
		['run a deployment', { deployment: { id: 'a', inputs: {} } }, /workflow itself/],
		['call back', { callbackUrl: 'https://example.com' }, /Wait for the job/],
	])('is refused with what to do instead, and nothing is sent: %s', (_, options, hint) =>
		onStage(async (stage) => {
			const error = await caught(stage.client.queuePrompt(picture(), options));
			expect(error).toMatchObject({ code: 'not-supported', hint: expect.stringMatching(hint) });
			expect(stage.submissions()).toEqual([]);
		}),
	);
});
