import { queue, wait } from '../../support/JobNodes';
import { quick, textToImage } from '../../support/jobWorkflows';
import type { Situation } from './Situation';

const setting = (node: string, input: string, value: string, type = 'auto') =>
	queue(textToImage(), { inputs: { values: [{ node, input, type, value }] } });
const settingNothing = { inputs: { values: [{ node: '1', input: 'x', value: 'y' }] } };
const broken = `{\n  "6": {\n    "class_type": "CLIPTextEncode",\n    "inputs": { "text": "a "red" car" }\n  }\n}`;
const ui = { last_node_id: 9, nodes: [{ id: 9, type: 'SaveImage' }], links: [] };
const withHeaders = (...values: Array<{ name: string; value: string }>) => ({
	authentication: 'headers',
	headers: { values },
});

/** What a person mistyped; nothing is sent. */
export const input = {
	brokenJson: { when: 'the workflow is broken JSON', nodes: [queue(broken)] },
	cutJson: { when: 'the end of the workflow is missing', nodes: [queue('{"1": {"class_type": "Save')] },
	notJson: { when: 'the workflow is no JSON', nodes: [queue('workflow.json')] },
	empty: { when: 'the workflow is an empty object', nodes: [queue({})] },
	editorFormat: {
		when: 'the workflow in the format of the editor has nothing connected',
		nodes: [queue(ui)],
	},
	unknownNode: { when: 'the node to set is not in the workflow', nodes: [setting('Positive', 'text', 'x')] },
	unknownInput: { when: 'the node has no such input', nodes: [setting('Positive Prompt', 'txt', 'x')] },
	markup: {
		when: 'names in the workflow look like markup',
		nodes: [queue({ '1': { class_type: '<b>', inputs: { '<i>': 1 } } }, settingNothing)],
	},
	noInputName: { when: 'a row has no input name', nodes: [setting('Positive Prompt', ' ', 'x')] },
	notANumber: { when: 'a text is to be set as a number', nodes: [setting('3', 'steps', 'many', 'number')] },
	notABoolean: {
		when: 'a text is to be set as a boolean',
		nodes: [setting('3', 'steps', 'maybe', 'boolean')],
	},
	notJsonValue: { when: 'a text is to be set as JSON', nodes: [setting('3', 'steps', '{', 'json')] },
	extraData: {
		when: 'the extra data is no object',
		nodes: [queue(quick, { options: { extraData: '[1]' } })],
	},
	badSeed: {
		when: 'the fixed seed is negative',
		nodes: [queue(textToImage(), { seedMode: 'fixed', seed: '={{ -5 }}' })],
	},
	unknownOutput: {
		when: 'the output node to run is not in the workflow',
		nodes: [queue(quick, { options: { outputNodes: 'Save Pictures' } })],
	},
	badPromptId: {
		when: 'the prompt ID to use is not a UUID',
		nodes: [queue(quick, { options: { promptId: 'Job 1' } })],
	},
	noPromptId: {
		when: 'the prompt ID to wait for is empty',
		nodes: [wait({ promptId: '={{ $json.id ?? "" }}' })],
	},
	badTimeout: {
		when: 'the timeout is no number',
		nodes: [wait({ promptId: 'x', timeout: '={{ "soon" }}' })],
	},
	noUrl: { when: 'the server URL is empty', nodes: [queue(quick)], url: ' ' },
	badHeaderName: {
		when: 'a header name of the credential cannot be one',
		nodes: [queue(quick)],
		credential: withHeaders({ name: 'X-API-Key', value: 'a' }, { name: 'Authorization: Bearer', value: 'b' }),
	},
	badHeaderValue: {
		when: 'a header value of the credential cannot be one',
		nodes: [queue(quick)],
		credential: withHeaders({ name: 'X-API-Key', value: '“key”' }),
	},
	badToken: {
		when: 'the token of the credential has a line break',
		nodes: [queue(quick)],
		credential: { authentication: 'bearer', token: 'one\ntwo' },
	},
	noToken: {
		when: 'the token of the credential is empty',
		nodes: [queue(quick)],
		credential: { authentication: 'bearer', token: '' },
	},
	badUrl: { when: 'the server URL is no address', nodes: [queue(quick)], url: 'http://' },
	foreignUrl: {
		when: 'the server URL is not one of the web',
		nodes: [queue(quick)],
		url: 'ftp://comfy.local',
	},
} satisfies Record<string, Situation>;
