import type { ApiWorkflow } from '../../../nodes/client';
import { findInput, findNode, findNodes } from '../../../nodes/client/workflow/address';
import { objectInfo } from '../objectInfo/fixture';
import { caught } from '../support/caught';
import { textToImage } from '../support/workflows';

const workflow = textToImage(7);
workflow['6']._meta = { title: 'Positive' };
workflow['7'] = { ...structuredClone(workflow['6']), _meta: { title: 'Negative' } };

const marked: ApiWorkflow = {
	...workflow,
	'20': { class_type: 'PrimitiveInt', inputs: { value: 1 }, _meta: { title: '@Width' } },
	'21': { class_type: 'PrimitiveInt', inputs: { value: 1 }, _meta: { title: '@Height' } },
	'22': { class_type: 'PrimitiveInt', inputs: { value: 1 }, _meta: { title: 'Height' } },
};

describe('a node is found', () => {
	test.each<[string, string | number, string]>([
		['by its id', '6', '6'],
		['by its id as a number', 6, '6'],
		['by its title', 'Positive', '6'],
		['by its title in other letters and blanks', '  nEGATIVE ', '7'],
		['by its class when only one has it', 'KSampler', '3'],
		['by a title that begins with @', '@Width', '20'],
		['by a title without the @ that it begins with', 'width', '20'],
		['by the very title before one with an @', 'Height', '22'],
	])('%s', (_how, reference, id) => expect(findNode(marked, reference)).toBe(id));

	test.each<[string, string, RegExp, RegExp]>([
		['a class of several', 'CLIPTextEncode', /fits 2 nodes.*node 6, node 7/, /ID of the node/],
		[
			'an unknown title',
			'Positiv',
			/no node "Positiv"\. Did you mean "Positive"/,
			/Its nodes are .*KSampler/,
		],
		['nothing', ' ', /empty/, /ID or the title/],
		['a member of every object', 'constructor', /no node/, /nodes are/],
	])('or not: %s', async (_what, reference, message, hint) => {
		const error = await caught(() => findNode(workflow, reference));
		expect(error.code).toBe('invalid-workflow');
		expect([error.message, error.hint]).toEqual([
			expect.stringMatching(message),
			expect.stringMatching(hint),
		]);
	});
});

describe('all nodes with a title or of a type', () => {
	test.each<[{ title?: string; type?: string }, string[]]>([
		[{ title: 'width' }, ['20']],
		[{ title: ' @WIDTH ' }, ['20']],
		[{ title: '@Width' }, ['20']],
		[{ title: 'Height' }, ['21', '22']],
		[{ type: 'cliptextencode' }, ['6', '7']],
		[{ type: 'CLIPTextEncode', title: 'Negative' }, ['7']],
		[{ type: 'Nothing' }, []],
		[{ title: '' }, []],
	])('%j', (wanted, ids) => expect(findNodes(marked, wanted)).toEqual(ids));

	test('are all nodes when nothing is asked', () => {
		expect(findNodes(workflow, {})).toEqual(Object.keys(workflow));
	});
});

describe('an input is found in one text', () => {
	const dotted: ApiWorkflow = {
		...workflow,
		'57:8': { class_type: 'X', inputs: { seed: 1 } },
		'30': { class_type: 'X', inputs: { 'mode.size': 1, mode: 'a' }, _meta: { title: 'v1.5 model' } },
		'31': { class_type: 'X', inputs: { c: 1, 'b.c': 1 }, _meta: { title: 'a.b' } },
		'32': { class_type: 'X', inputs: { 'b.c': 1 }, _meta: { title: 'a' } },
	};

	test.each([
		['with the id of the node', '3.seed', '3', 'seed'],
		['with the id of a node in a subgraph', '57:8.seed', '57:8', 'seed'],
		['with a title, in any case', 'positive.text', '6', 'text'],
		['with a class', 'KSampler.seed', '3', 'seed'],
		['with blanks', ' KSampler . seed ', '3', 'seed'],
		['with a dot in the title', 'v1.5 model.mode', '30', 'mode'],
		['with dots in title and input', 'V1.5 Model.mode.size', '30', 'mode.size'],
		['with dots that fit only in one way', '31.b.c', '31', 'b.c'],
	])('%s', (_how, reference, nodeId, input) => {
		expect(findInput(dotted, reference)).toEqual({ nodeId, input });
	});

	test('also when the workflow does not contain it, but the node type has it', async () => {
		const clip = { '1': { class_type: 'CLIPLoader', inputs: {} } };
		expect(findInput(clip, 'CLIPLoader.device', objectInfo())).toEqual({ nodeId: '1', input: 'device' });
		expect((await caught(() => findInput(clip, 'CLIPLoader.device'))).message).toMatch(/no input "device"/);
	});

	test.each([
		[
			'several ways to read it',
			'a.b.c',
			/fits 2 inputs.*"c" of "a.b" \(node 31\), "b.c" of "a" \(node 32\)/,
			/ID/,
		],
		['several nodes', 'CLIPTextEncode.text', /fits 2 inputs.*node 6.*node 7/, /ID/],
		[
			'an unknown input',
			'KSampler.sed',
			/"KSampler" \(node 3\) has no input "sed"\. Did you mean "seed"/,
			/cfg/,
		],
		['an unknown node', 'KSmpler.seed', /no node "KSmpler"\. Did you mean "KSampler"/, /nodes are/],
		['no input', 'KSampler', /"KSampler" names no input/, /3\.seed/],
		['only a dot', '.', /no node ""/, /nodes are/],
		['nothing', '', /"" names no input/, /3\.seed/],
	])('or not: %s', async (_what, reference, message, hint) => {
		const error = await caught(() => findInput(dotted, reference));
		expect(error.code).toBe('invalid-workflow');
		expect([error.message, error.hint]).toEqual([
			expect.stringMatching(message),
			expect.stringMatching(hint),
		]);
	});

	test('however many dots there are', async () => {
		expect((await caught(() => findInput(workflow, 'a.'.repeat(100_000)))).code).toBe('invalid-workflow');
	});
});
