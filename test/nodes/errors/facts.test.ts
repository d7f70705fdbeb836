import { connection } from './support/connection';
import { refusal } from './support/refusal';
import { running } from './support/running';
import type { Situation } from './support/Situation';
import { Theatre } from './support/Theatre';

let theatre: Theatre;
beforeAll(async () => {
	theatre = await Theatre.open();
});
afterAll(async () => await theatre.close());

/** What the error of a run has in addition to its texts. */
async function factsOf(situation: Situation) {
	const { run } = await theatre.play(situation);
	return run.error?.raw as unknown as { failure?: { cause: string }; context: { comfyUi: object } };
}

/** n8n retries, or asks for another credential, by the cause. */
test.each<[Situation, string | undefined]>([
	[connection.serverDown, 'temporarily-unavailable'],
	[connection.noSuchHost, 'temporarily-unavailable'],
	[connection.reset, 'temporarily-unavailable'],
	[connection.refused401, 'credential-invalid'],
	[connection.loginPage, 'credential-invalid'],
	[refusal.noOutputs, undefined],
	[running.failed, undefined],
])('tells n8n the cause when $when', async (situation, cause) => {
	expect((await factsOf(situation)).failure?.cause).toBe(cause);
});

test('names the input and the node that were refused', async () => {
	expect((await factsOf(refusal.tooSmall)).context.comfyUi).toMatchObject({
		code: 'validation',
		type: 'prompt_outputs_failed_validation',
		problems: [
			{ nodeId: '5', nodeTitle: 'Canvas', nodeType: 'EmptyLatentImage', input: 'width', received: 2 },
		],
	});
});

test('names the job and the node that failed, with the end of the traceback', async () => {
	expect((await factsOf(running.failed)).context.comfyUi).toMatchObject({
		code: 'execution',
		promptId: expect.any(String),
		failure: {
			nodeId: '2',
			nodeTitle: 'Fragile Node',
			nodeType: 'TFail',
			exceptionType: 'ValueError',
			exceptionMessage: 'the oven broke',
			traceback: expect.arrayContaining([expect.any(String)]),
		},
	});
});
