import { inspect } from 'node:util';
import { ComfyUiClient } from '../../../nodes/client';
import { onStage, type Stage } from '../support/Stage';
import { picture, textToImage } from '../support/workflows';

/** Every way in which this client can be given a secret. */
const SECRETS = {
	password: 'pass/wörd?canary',
	token: '$2b$12$token/canary+x',
	header: 'header-canary-value',
	bearer: 'bearer-canary-value',
	partner: 'comfyui-partner-canary',
};
/** The same, as it may come back. */
const SHAPES = Object.values(SECRETS).flatMap((secret) => [
	secret,
	encodeURIComponent(secret),
	new URLSearchParams({ secret }).toString().slice('secret='.length),
]);

function connect(stage: Stage, more: object = {}): ComfyUiClient {
	const user = `ann:${encodeURIComponent(SECRETS.password)}@`;
	return stage.connect({
		url: `${stage.server.url.replace('://', `://${user}`)}?token=${encodeURIComponent(SECRETS.token)}`,
		headers: { 'X-Key': SECRETS.header, 'X-Proxy': `Bearer ${SECRETS.bearer}` },
		partnerApiKey: SECRETS.partner,
		...more,
	});
}

/** Everything that a person or a log could come to see of a value. */
function visible(value: unknown): string {
	const own = value instanceof Error ? { ...value, message: value.message, stack: value.stack } : value;
	return `${JSON.stringify(own)} ${inspect(value, { depth: 8, showHidden: true })} ${String(value)}`;
}

function expectClean(value: unknown): void {
	const text = visible(value);
	expect([...SHAPES, btoa('ann:').slice(0, 5), 'canary'].filter((secret) => text.includes(secret))).toEqual(
		[],
	);
}

async function errorsOf(client: ComfyUiClient): Promise<unknown[]> {
	const file = { filename: 'a.png', subfolder: '', type: 'output' } as const;
	const works = [
		client.getSystemStats(),
		client.queuePrompt(picture(), { events: false }),
		client.waitForCompletion('some-id', { timeoutMs: 100 }),
		client.getJob('some-id'),
		client.cancel('some-id'),
		client.download(file),
		client.uploadImage({ data: Buffer.from('x'), filename: 'a.png' }),
		client.objectInfo({ refresh: true }),
		client.objectInfo('KSampler'),
		client.models('loras'),
		client.readUserFile('a.json'),
	];
	const ends = await Promise.allSettled(works);
	return ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
}

const ECHO = SHAPES.map((secret) => `[${secret}]`).join(' ');

describe('no secret is in an error', () => {
	test.each<[string, number, Record<string, string>, string | object]>([
		['400 with a text', 400, {}, ECHO],
		[
			'400 as ComfyUI writes it',
			400,
			{},
			{ error: { type: 'x', message: ECHO, details: ECHO }, node_errors: {} },
		],
		[
			'400 with node errors',
			400,
			{},
			{
				error: { type: 'prompt_outputs_failed_validation', message: ECHO },
				node_errors: {
					'1': {
						class_type: 'EmptyImage',
						errors: [{ type: 'strange', message: ECHO, details: ECHO, extra_info: { received_value: ECHO } }],
					},
				},
			},
		],
		['401', 401, {}, ECHO],
		['403', 403, {}, ECHO],
		['404', 404, {}, `Cannot GET /x?token=${encodeURIComponent(SECRETS.token)} ${ECHO}`],
		['413', 413, {}, ECHO],
		['500', 500, {}, ECHO],
		['text where JSON is due', 200, {}, ECHO],
		['a web page', 200, {}, `<html>${ECHO}</html>`],
		['a redirect', 302, { location: `http://elsewhere/x?token=${encodeURIComponent(SECRETS.token)}` }, ''],
		[
			'a redirect with the token in its path',
			302,
			{ location: `/x/${encodeURIComponent(SECRETS.token)}` },
			'',
		],
	])('when the server answers with %s', (_what, status, headers, body) =>
		onStage(async (stage) => {
			stage.server.faults.respond({ path: /./ }, { status, headers, body });
			const errors = await errorsOf(connect(stage));
			expect(errors.length).toBeGreaterThan(5);
			errors.forEach(expectClean);
		}),
	);

	test.each(['over undici', 'over fetch'])('when the connection fails, %s', (how) =>
		onStage(async (stage) => {
			const client = connect(stage, how === 'over fetch' ? { fetch } : {});
			stage.server.faults.resetConnection({ path: /./ });
			const errors = await errorsOf(client);
			expect(errors.length).toBeGreaterThan(5);
			errors.forEach(expectClean);
		}),
	);

	test('when the URL cannot be read', () => {
		for (const url of ['http://ann:canary@', 'ftp://ann:canary@host', 'http://ann:canary@ho st']) {
			let error: unknown;
			try {
				ComfyUiClient.connect({ url });
			} catch (thrown) {
				error = thrown;
			}
			expect(error).toMatchObject({ code: 'invalid-input' });
			expect(visible(error)).not.toContain('canary');
		}
	});

	test('when a node repeats it in its exception', () =>
		onStage(async (stage) => {
			const client = connect(stage);
			const promptId = 'some-id';
			const failure = {
				node_id: '1',
				node_type: 'X',
				exception_type: ECHO,
				exception_message: ECHO,
				traceback: [ECHO],
			};
			const status = { status_str: 'error', messages: [['execution_error', failure]] };
			const entry = { [promptId]: { prompt: [0, promptId, {}, {}, []], outputs: {}, status } };
			stage.server.faults.respond({ path: /history/ }, { status: 200, body: entry });
			const error: unknown = await client.waitForCompletion(promptId).catch((thrown: unknown) => thrown);
			expect(error).toMatchObject({ code: 'execution' });
			expectClean(error);
		}));
});

test('no secret is in a result, in progress, in a job or in the queue', () =>
	onStage(
		async (stage) => {
			const client = connect(stage);
			stage.server.faults.hold();
			const job = await client.queuePrompt(textToImage());
			const seen: unknown[] = [job, await client.getQueue(), await client.getJob(job.promptId)];
			const done = client.waitForCompletion(job.promptId, { onProgress: (now) => seen.push(now) });
			stage.server.faults.release();
			seen.push(await done, await client.getJob(job.promptId), await client.getHistory(job.promptId));
			seen.forEach(expectClean);
		},
		{ version: '0.3.64' }, // shows partner keys in its queue
	));

test('a secret of three letters is redacted as a word, and not cut out of every word', () =>
	onStage(async (stage) => {
		stage.server.faults.respond({ path: /./ }, { status: 500, body: 'key=cat, the "cat" of a catalogue' });
		const client = stage.connect({ query: { key: 'cat' } });
		await expect(client.getSystemStats()).rejects.toThrow('key=***, the "***" of a catalogue');
	}));
