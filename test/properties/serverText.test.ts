import fc from 'fast-check';
import type { INode } from 'n8n-workflow';
import { Readable } from 'node:stream';
import { ComfyUiClient } from '../../nodes/client';
import { isComfyUiError } from '../../nodes/client/core/errors';
import { parseJson } from '../../nodes/client/core/json';
import { toNodeError } from '../../nodes/shared/errors';
import { picture } from '../client/support/workflows';
import { answersTo } from './support/fixtures';
import { mutated } from './support/mutateJson';
import { properties, property } from './support/property';
import { weirdText } from './support/weird';

const MARKUP = [
	'<img src=x onerror=alert(1)>',
	'<script>alert(1)</script>',
	'"><svg/onload=alert(1)>',
	'<a href="javascript:alert(1)">x</a>',
	'<'.repeat(300),
	`<${'b'.repeat(300)} onclick=x>`,
	'<<b>b onclick=x>',
	'&lt;b&gt;',
	'\u202Egnp.exe',
	'\u001b[31mred',
];
const markup = fc.oneof(
	fc.constantFrom(...MARKUP),
	fc.tuple(weirdText, fc.constantFrom(...MARKUP)).map((all) => all.join('')),
);

const answers = answersTo(/prompt|history|queue|system_stats|object_info|models/).filter(
	(answer) => JSON.stringify(answer).length < 20_000,
);

/** An answer of a server in which some texts are markup. */
const body = fc.oneof(
	markup,
	fc.tuple(mutated(answers, 4), markup, fc.nat(20)).map(([answer, text, every]) => {
		let count = 0;
		return JSON.stringify(answer, (_, value: unknown) =>
			typeof value === 'string' && count++ % (every + 1) === 0 ? text : value,
		);
	}),
	fc.tuple(markup, markup).map(([one, other]) =>
		JSON.stringify({
			error: { type: one, message: other, details: one },
			node_errors: {
				'1': {
					class_type: one,
					errors: [
						{
							type: other,
							message: one,
							details: other,
							extra_info: { input_name: one, received_value: { [other]: one } },
						},
					],
				},
			},
		}),
	),
	markup.map((text) =>
		JSON.stringify({
			'some-id': {
				prompt: [0, 'some-id', { '1': { class_type: text, inputs: {}, _meta: { title: text } } }, {}, []],
				status: {
					status_str: 'error',
					messages: [
						[
							'execution_error',
							{
								node_id: '1',
								node_type: text,
								exception_type: text,
								exception_message: text,
								traceback: [text],
							},
						],
					],
				},
			},
		}),
	),
);

const node = { id: '1', name: 'Run', type: 'x', typeVersion: 1, position: [0, 0], parameters: {} } as INode;

properties('texts of a server', () => {
	property(
		'no markup, no control character and no change of direction reaches the error view',
		fc.tuple(body, fc.constantFrom(200, 200, 400, 400, 401, 403, 404, 413, 429, 500, 302), markup),
		900,
		async ([text, status, location]) => {
			const transport = {
				send: async () => ({ status, headers: { location }, body: Readable.from([Buffer.from(text ?? '')]) }),
			};
			const client = ComfyUiClient.connect({ url: 'http://comfy.test', transport, openSocket: closed });
			const file = { filename: 'a.png', subfolder: '', type: 'output' } as const;
			const ends = await Promise.allSettled([
				client.getSystemStats(),
				client.queuePrompt(picture(), { events: false }),
				client.getJob('some-id').then(({ error }) => Promise.reject(error ?? new Error('fine'))),
				client.cancel('some-id'),
				client.download(file),
				client.uploadImage({ data: Buffer.from('x'), filename: 'a.png' }),
				client.objectInfo({ refresh: true }),
				client.objectInfo('KSampler'),
				client.models('loras'),
				client.viewMetadata('loras', 'a'),
				client.readUserFile('a.json'),
			]);
			await client.close();
			for (const end of ends) if (end.status === 'rejected') expectClean(end.reason);
		},
	);

	property(
		'JSON of Python is read, whatever its texts say',
		fc.tuple(markup, fc.array(fc.constantFrom('NaN', 'Infinity', '-Infinity', '1', 'null'))),
		500,
		(given) => {
			const [text, values] = given;
			const json = `{"a":[${values.join(',')}],"b":${JSON.stringify(`NaN ${text} Infinity`)}}`;
			const found = parseJson(json) as { a: unknown[]; b: string };
			expect(found.b).toBe(`NaN ${text} Infinity`);
			expect(found.a).toHaveLength(values.length);
		},
	);
});

/** No socket, and no word of why. */
const closed = async () => ({ send: () => {}, ping: () => false, terminate: () => {} });

function expectClean(error: unknown): void {
	if (error instanceof Error && error.message === 'fine') return;
	if (!isComfyUiError(error)) throw error;
	const { message, description } = toNodeError(node, error);
	for (const shown of [message, description ?? '']) {
		expect(shown).not.toMatch(/[<>]/);
		expect(shown.replaceAll('\n', ' ')).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
		expect(shown.length).toBeLessThan(20_000);
	}
}
