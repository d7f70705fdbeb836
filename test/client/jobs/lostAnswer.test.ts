import { caught } from '../support/caught';
import { onStage, type Stage } from '../support/Stage';
import { picture } from '../support/workflows';

const POST = { method: 'POST', path: /\/prompt$/ };

async function jobs({ client }: Stage): Promise<number> {
	return (await client.getQueue()).length + Object.keys(await client.getHistory()).length;
}

describe('when the answer to a submission is lost', () => {
	test.each([
		['waits', true],
		['has ended already', false],
	])('and the job %s on the server, it is not sent again', (_how, hold) =>
		onStage(async (stage) => {
			const { client, server } = stage;
			if (hold) server.faults.hold();
			server.faults.cutDownload({ ...POST, times: 1 }, 3);
			const job = await client.queuePrompt(picture());
			expect(stage.submissions()).toHaveLength(1);
			expect(stage.submissions()[0].prompt_id).toBe(job.promptId);
			server.faults.release();
			await expect(client.waitForCompletion(job.promptId)).resolves.toMatchObject({ status: 'success' });
			expect(await jobs(stage)).toBe(1);
		}),
	);

	test('and the job never arrived, it is sent again, with the same id', () =>
		onStage(async (stage) => {
			stage.server.faults.resetConnection({ ...POST, times: 1 });
			const job = await stage.client.queuePrompt(picture());
			expect(stage.requests('POST', '/prompt')).toHaveLength(2);
			await stage.client.waitForCompletion(job.promptId);
			expect(await jobs(stage)).toBe(1);
		}));

	test('and its status is unknown, it is an error and not sent again', () =>
		onStage(async (stage) => {
			stage.server.faults.resetConnection({ path: /./ });
			const error = await caught(stage.client.queuePrompt(picture()));
			expect([error.code, error.reason]).toEqual(['connection', 'reset']);
			expect(stage.requests('POST', '/prompt')).toHaveLength(1);
		}));

	test('and the server gives jobs ids of its own, it is an error and not sent again', () =>
		onStage(
			async (stage) => {
				stage.server.faults.cutDownload({ ...POST, times: 1 }, 3);
				const error = await caught(stage.client.queuePrompt(picture()));
				expect(error.code).toBe('connection');
				expect(stage.requests('POST', '/prompt')).toHaveLength(1);
			},
			{ version: '0.3.44' },
		));

	test('and the second try fails too, that is the error', () =>
		onStage(async (stage) => {
			stage.server.faults.resetConnection({ ...POST, times: 2 });
			const error = await caught(stage.client.queuePrompt(picture()));
			expect([error.code, error.reason]).toEqual(['connection', 'reset']);
			expect(stage.requests('POST', '/prompt')).toHaveLength(2);
		}));
});

test('an error status is not a lost answer: the job is sent once', () =>
	onStage(async (stage) => {
		stage.server.faults.respond(POST, { status: 503, headers: { 'retry-after': '7' }, body: 'busy' });
		const error = await caught(stage.client.queuePrompt(picture()));
		expect(error).toMatchObject({ code: 'http', status: 503, retryAfterMs: 7000 });
		expect(stage.requests('POST', '/prompt')).toHaveLength(1);
	}));

test('when nothing answers, the job is not sent again', () =>
	onStage(async (stage) => {
		let sent = 0;
		const client = stage.connect({
			fetch: async () => {
				sent++;
				throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
			},
		});
		const error = await caught(client.queuePrompt(picture(), { events: false }));
		expect([error.code, error.reason, sent]).toEqual(['connection', 'refused', 1]);
	}));

describe('when the server chooses another id', () => {
	test('its id is the one that counts', () =>
		onStage(async (stage) => {
			stage.server.faults.replacePromptId(true);
			const job = await stage.client.queuePrompt(picture());
			expect(job.promptId).not.toBe(stage.submissions()[0].prompt_id);
			const result = await stage.client.waitForCompletion(job.promptId);
			expect([result.promptId, result.files.length]).toEqual([job.promptId, 1]);
		}));

	test.each(['0.3.40', '0.33.0'])(
		'nothing of a run is missed that ends before the id is known, on %s',
		(version) =>
			onStage(
				async (stage) => {
					stage.server.faults.replacePromptId(true);
					const late: typeof fetch = async (url, init) => {
						const response = await fetch(url, init);
						if (String(url).endsWith('/prompt')) await stage.server.idle();
						await new Promise((resolve) => setTimeout(resolve, 50));
						return response;
					};
					const client = stage.connect({ fetch: late });
					const workflow = {
						...picture(),
						'3': { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } },
					};
					const { promptId } = await client.queuePrompt(workflow);
					const { files } = await client.waitForCompletion(promptId);
					expect(files.map(({ type }) => type).sort()).toEqual(['frame', 'output']);
				},
				{ version },
			),
	);
});
