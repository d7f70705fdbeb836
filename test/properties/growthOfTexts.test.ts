import { Readable } from 'node:stream';
import {
	checkWorkflow,
	ComfyUiClient,
	createTemplate,
	applySeeds,
	extensionFor,
	fillTemplate,
	inputWithChoices,
	listNodeTypes,
	mediaOf,
	parseWorkflow,
	readWorkflowFile,
	reportText,
	saveWorkflow,
	setInputs,
	toApiFormat,
	workflowInfo,
	type ApiWorkflow,
	type ObjectInfo,
} from '../../nodes/client';
import { parseJson, parseJsonExactly } from '../../nodes/client/core/json';
import { fromBase64 } from '../../nodes/client/core/base64';
import { suggestNodeTypes } from '../../nodes/client/objectInfo/nodeTypes';
import { adviceFor, toExecutionError } from '../../nodes/client/protocol/executionErrors';
import { parseMessage } from '../../nodes/client/protocol/messages';
import { collectOutputs } from '../../nodes/client/protocol/outputs';
import { readNodeErrors, toProblems, toValidationError } from '../../nodes/client/protocol/validation';
import { parseAddress } from '../../nodes/client/transport/address';
import { leadsToLogin } from '../../nodes/client/transport/Api';
import { retryAfterMs } from '../../nodes/client/transport/httpErrors';
import { isFileText, readBase64 } from '../../nodes/shared/files/readBase64';
import { plainName } from '../../nodes/shared/files/binary';
import { redact, tidy } from '../../nodes/client/core/text';
import { ending } from './support/typed';

/** Texts so long that work which grows with the square of their length takes hours, where linear work takes a second. */
const LONG = 1_000_000;

const catalogue: ObjectInfo = {
	KSampler: {
		input: {
			required: { text: ['STRING', {}] },
			optional: {
				whole: ['INT', {}],
				number: ['FLOAT', {}],
				truth: ['BOOLEAN', {}],
				choice: ['COMBO', { options: ['a', 'b'] }],
			},
		},
		output: ['IMAGE'],
		output_node: true,
	},
};

const withInputs = (inputs: Record<string, unknown>): ApiWorkflow => ({
	'1': { class_type: 'KSampler', inputs },
});

/** What a client makes of an answer. */
async function answered(
	status: number,
	body: string,
	headers: Record<string, string> = {},
): Promise<unknown> {
	const transport = { send: async () => ({ status, headers, body: Readable.from([Buffer.from(body)]) }) };
	const client = ComfyUiClient.connect({ url: 'http://comfy.test', transport });
	return await client.getSystemStats();
}

test.each<[string, string]>([
	['brackets', '<'.repeat(LONG)],
	['unclosed tags', '<b '.repeat(LONG / 3)],
	['blanks', ' '.repeat(LONG)],
	['placeholders', '{{'.repeat(LONG / 2)],
	['choices', '{a|'.repeat(LONG / 3)],
	['percent signs', '%'.repeat(LONG)],
	['names in percent signs', '%a.b'.repeat(LONG / 4)],
	['quotes', '"'.repeat(LONG)],
	['backslashes', '\\'.repeat(LONG)],
	['numbers', '1'.repeat(LONG)],
	['signs', '-'.repeat(LONG)],
	['NaN', 'NaN,'.repeat(LONG / 4)],
	['comments', '/*'.repeat(LONG / 2)],
	['lines', '\n// '.repeat(LONG / 4)],
	['dots', '..'.repeat(LONG / 2)],
	['slashes', '/'.repeat(LONG)],
	['hashes', "#'".repeat(LONG / 2)],
	['colons', '1:'.repeat(LONG / 2)],
	['brackets that open', '['.repeat(LONG)],
	['braces that open', '{"a":'.repeat(LONG / 5)],
	['equals signs', `${'='.repeat(LONG)}a`],
	['slashes before a letter', `${'/'.repeat(LONG)}a`],
	['zeros', `${'0'.repeat(LONG)}a`],
	['points of numbers', `${'1'.repeat(LONG)}.a`],
	['expected channels', 'expected '.repeat(LONG / 9)],
	['invalid files', 'Invalid file'.repeat(LONG / 12)],
	['fields', '<input '.repeat(LONG / 7)],
	['Python texts', `['${"\\'".repeat(LONG / 2)}`],
	['nodes of a worker', `Workflow execution error: Node Type: ${', Node ID: '.repeat(LONG / 11)}`],
])('a text of a million characters is taken anywhere: %s', async (_what, text) => {
	const workflow = {
		'1': { class_type: 'KSampler', inputs: { text, filename_prefix: text }, _meta: { title: text } },
	};
	const steps: Array<() => unknown> = [
		() => tidy(text),
		() => redact(text, ['secret-secret', text.slice(0, 20)]),
		() => plainName(text),
		() => parseWorkflow(text),
		() => parseWorkflow(`{"1":${text}`),
		() => parseMessage(text),
		() => parseWorkflow(JSON.stringify(workflow)),
		() => workflowInfo(workflow, catalogue),
		() => reportText(checkWorkflow(workflow, catalogue)),
		() => createTemplate(workflow),
		() => setInputs(workflow, [{ node: text, input: text, value: text }]),
		() => setInputs(workflow, [{ node: text, value: text }]),
		...['text', 'whole', 'number', 'truth', 'choice'].map(
			(input) => () => setInputs(workflow, [{ node: '1', input, value: text, coerce: true }], catalogue),
		),
		() => setInputs(workflow, [{ node: '1', input: 'text', value: text, coerce: true }]),
		() => reportText(checkWorkflow(withInputs({ whole: text, number: text, choice: text }), catalogue)),
		() => applySeeds(withInputs({ seed: text, [text]: 1 }), 'randomize'),
		() => fillTemplate({ workflow, parameters: { a: '1.text' } }, { a: text }),
		() => suggestNodeTypes(text, catalogue),
		() => inputWithChoices('KSampler', catalogue.KSampler, text),
		() => mediaOf(text),
		() => extensionFor(text),
		() => fromBase64(text),
		() => plainName(text),
		() => isFileText(text),
		() => readBase64(text, 'Base64 Text'),
		() => parseAddress(text),
		() => parseAddress(`http://comfy.test/${text}`),
		() => adviceFor(text, text),
		() =>
			toProblems(
				readNodeErrors({ '1': { errors: [{ type: 'custom_validation_failed', details: text }] } }),
				workflow,
			),
		() => toValidationError({ error: { type: 'invalid_prompt', message: text, details: text } }, workflow),
		() => toExecutionError('id', { exception_message: text, exception_type: text }, workflow),
		() => collectOutputs({ '1': { text: [text], images: [{ filename: text }], result: [text] } }, workflow),
		() => retryAfterMs({ 'retry-after': text }),
		() => leadsToLogin(text),
		...[200, 400, 401, 500].map((status) => () => answered(status, text)),
		() => answered(302, '', { location: `/${text}` }),
		() => saveWorkflow(workflow),
		() => toApiFormat(workflow, catalogue, { substituteNames: true, dynamicPrompts: true }),
		() => listNodeTypes(catalogue, { text }),
		() => readWorkflowFile(Buffer.from(text)),
	];
	for (const step of steps) await ending(step);
	for (const parse of [parseJson, parseJsonExactly]) {
		for (const json of [text, JSON.stringify({ a: text, b: [text] }), `{"a":NaN,"b":${text}`]) {
			try {
				parse(json);
			} catch (error) {
				expect(error).toBeInstanceOf(SyntaxError);
			}
		}
	}
});
