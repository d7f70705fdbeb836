import {
	checkWorkflow,
	createTemplate,
	listNodeTypes,
	parseWorkflow,
	readWorkflowFile,
	reportText,
	saveWorkflow,
	setInputs,
	toApiFormat,
	workflowInfo,
	type ObjectInfo,
} from '../../nodes/client';
import { parseJson, parseJsonExactly } from '../../nodes/client/core/json';
import { parseMessage } from '../../nodes/client/protocol/messages';
import { redact, tidy } from '../../nodes/client/core/text';
import { plainName } from '../../nodes/shared/files/binary';
import { ending } from './support/typed';

/** Texts so long that work which grows with the square of their length would take days: see the time-out of the test. */
const LONG = 1_000_000;

const catalogue: ObjectInfo = {
	KSampler: { input: { required: { text: ['STRING', {}] } }, output: ['IMAGE'], output_node: true },
};

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
