import fc from 'fast-check';
import type { Host, RawOutputs } from '../../nodes/client';
import { JobEventLog } from '../../nodes/client/jobs/JobEventLog';
import { resultOf as toJobResult } from '../../nodes/client/jobs/result';
import { collectOutputs } from '../../nodes/client/protocol/outputs';
import { toExecutionError, toInterruptedError } from '../../nodes/client/protocol/executionErrors';
import { parseHistoryEntry } from '../../nodes/client/protocol/history';
import { parseJson } from '../../nodes/client/core/json';
import { parseMessage } from '../../nodes/client/protocol/messages';
import { parseActiveJobs, parseQueue } from '../../nodes/client/protocol/queue';
import { tidy } from '../../nodes/client/core/text';
import { readNodeErrors, toProblems, toValidationError } from '../../nodes/client/protocol/validation';
import { answersTo, apiWorkflows, messageTexts } from './support/fixtures';
import { mutated } from './support/mutateJson';
import { properties, property } from './support/property';
import { ending } from './support/typed';
import { weirdText } from './support/weird';

const messages = messageTexts.map((text) => parseJson(text));
const message = mutated<unknown>(messages).map((value) => JSON.stringify(value) ?? '');
const host = {
	clean: tidy,
	files: { fileUrl: () => 'http://x' },
	jobs: { listsStaleOutputs: async () => false },
} as unknown as Host;

/** The jobs that the messages are about. */
const jobs = [
	...new Set(
		messages.flatMap((one) => {
			const id = (one as { data?: { prompt_id?: unknown } }).data?.prompt_id;
			return typeof id === 'string' ? [id] : [];
		}),
	),
];

const histories = answersTo(/history/).flatMap((answer) => Object.values(answer as object)) as unknown[];
const refusals = answersTo(/prompt$/).filter((answer) => 'node_errors' in (answer as object));

properties('messages and answers', () => {
	property(
		'any text is a message or none',
		fc.tuple(message, fc.nat(), weirdText),
		1_500,
		([text, at, other]) => {
			const place = at % (text.length + 1);
			for (const one of [
				text,
				text.slice(0, place),
				text.slice(0, place) + other + text.slice(place),
				other,
			]) {
				const found = parseMessage(one);
				if (found) expect([typeof found.type, typeof found.data]).toEqual(['string', 'object']);
			}
		},
	);

	property(
		'a run of changed messages is heard to its end',
		fc.array(message, { maxLength: 20 }),
		500,
		(texts) => {
			const heard = new JobEventLog();
			const known = jobs.map((id) => heard.of(id));
			heard.submitting();
			for (const text of texts) {
				const found = parseMessage(text);
				if (found && found.type !== 'status') heard.add(found);
			}
			heard.submitted();
			for (const record of known) expect(typeof JSON.stringify(record.progress())).toBe('string');
		},
	);

	property('a history entry is read as far as it can be', mutated(histories), 1_000, async (entry) => {
		const outcome = parseHistoryEntry(entry);
		if (!outcome) return;
		await ending(() => JSON.stringify(toJobResult('id', outcome, undefined, host)));
		const { error, workflow } = outcome;
		await ending(() => toExecutionError('id', error, workflow, tidy));
		await ending(() => toInterruptedError('id', error, workflow));
	});

	property('outputs of any shape are collected', mutated(histories), 600, (entry) => {
		const { outputs } = (entry ?? {}) as { outputs?: RawOutputs };
		if (typeof outputs !== 'object' || outputs === null) return;
		const { files, texts } = collectOutputs(outputs, apiWorkflows[0]);
		for (const { filename, subfolder } of files)
			expect([typeof filename, typeof subfolder]).toEqual(['string', 'string']);
		for (const { text } of texts) expect(typeof text).toBe('string');
	});

	property('queues and job lists of any shape are read', mutated(answersTo(/queue|jobs/)), 600, (answer) => {
		for (const entry of [...parseQueue(answer), ...parseActiveJobs(answer)]) {
			expect([typeof entry.promptId, typeof entry.position]).toEqual(['string', 'number']);
		}
	});

	property(
		'a refusal of any shape is told',
		fc.tuple(mutated(refusals), fc.constantFrom(...apiWorkflows)),
		800,
		async ([body, workflow]) => {
			const errors = (body as { node_errors?: unknown } | null)?.node_errors;
			const problems = await ending(() => toProblems(readNodeErrors(errors), workflow));
			if (Array.isArray(problems)) for (const { text } of problems) expect(text.length).toBeLessThan(5_000);
			await ending(() => toValidationError(body, workflow));
		},
	);
});
