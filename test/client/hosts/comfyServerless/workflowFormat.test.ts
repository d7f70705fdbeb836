import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseWorkflow, type ApiWorkflow, type ObjectInfo } from '../../../../nodes/client';
import { toServerless } from '../../../../nodes/client/hosts/comfyServerless/workflowFormat';
import { stringifyExactly } from '../../../../nodes/client/core/json';
import { caught } from '../../support/caught';
import { textToImage } from '../../support/workflows';

const objectInfo = JSON.parse(
	readFileSync(join(__dirname, '../../../fixtures/object_info.json'), 'utf8'),
) as ObjectInfo;

/** Types of the inputs of a node, by name. */
function typesOf(workflow: ApiWorkflow, id: string, catalogue?: ObjectInfo): Record<string, string> {
	const { inputs } = toServerless(workflow, catalogue).nodes[id];
	return Object.fromEntries(inputs.map(({ name, type }) => [name, type]));
}

test('nodes keep id, class, values and connections; titles are left out', () => {
	const workflow = { '1': { class_type: 'A', inputs: { n: 1, from: ['2', 0] }, _meta: { title: 'x' } } };
	expect(toServerless(workflow)).toEqual({
		nodes: {
			'1': {
				id: '1',
				class_type: 'A',
				inputs: [
					{ name: 'n', type: 'INT', value: 1, required: true },
					{ name: 'from', type: '*', value: ['2', 0], required: true },
				],
				outputs: [],
			},
		},
		metadata: {},
	});
});

test('types come from the catalogue', () => {
	expect(typesOf(textToImage(), '3', objectInfo)).toEqual({
		seed: 'INT',
		steps: 'INT',
		cfg: 'FLOAT',
		sampler_name: 'COMBO',
		scheduler: 'COMBO',
		denoise: 'FLOAT',
		model: 'MODEL',
		positive: 'CONDITIONING',
		negative: 'CONDITIONING',
		latent_image: 'LATENT',
	});
});

test('types are inferred where there is no catalogue', () => {
	const inputs = { a: 1, b: 1.5, c: 'x', d: true, e: [1, 2, 3], f: { __value__: [] }, g: null, h: ['9', 0] };
	expect(typesOf({ '1': { class_type: 'A', inputs } }, '1')).toEqual({
		...{ a: 'INT', b: 'FLOAT', c: 'STRING', d: 'BOOLEAN', e: 'LIST', f: 'DICT', g: '*', h: '*' },
	});
});

test('a connection to a node that the catalogue lacks has the type of where it comes from', () => {
	const workflow = {
		...textToImage(),
		'20': { class_type: 'Unknown', inputs: { vae: ['4', 2], n: ['4', 9] } },
	};
	expect(typesOf(workflow, '20', objectInfo)).toEqual({ vae: 'VAE', n: '*' });
});

test('what the catalogue calls optional is not required, and a null that nobody knows is not either', () => {
	const catalogue: ObjectInfo = {
		A: { input: { required: { a: ['INT'] }, optional: { b: ['INT'] } } },
	};
	const workflow = { '1': { class_type: 'A', inputs: { a: null, b: 1, c: null } } };
	const { inputs } = toServerless(workflow, catalogue).nodes['1'];
	expect(inputs.map(({ required }) => required)).toEqual([true, false, false]);
});

test('long seeds keep their digits', () => {
	const { workflow } = parseWorkflow('{"1": {"class_type": "A", "inputs": {"seed": 18446744073709551615}}}');
	const converted = toServerless(workflow);
	expect(converted.nodes['1'].inputs[0].type).toBe('INT');
	expect(stringifyExactly(converted)).toContain('"value":18446744073709551615');
});

test('names of the language itself are names like any other', () => {
	const text =
		'{"__proto__": {"class_type": "constructor", "inputs": {"__proto__": 1, "toString": ["__proto__", 0]}}}';
	const { nodes } = toServerless(JSON.parse(text) as ApiWorkflow, {});
	expect(Object.keys(nodes)).toEqual(['__proto__']);
	const [[, node]] = Object.entries(nodes);
	expect(node.inputs.map(({ name, type }) => [name, type])).toEqual([
		['__proto__', 'INT'],
		['toString', '*'],
	]);
});

test('a workflow without nodes is refused', async () => {
	expect((await caught(() => void toServerless({}))).code).toBe('invalid-workflow');
});
