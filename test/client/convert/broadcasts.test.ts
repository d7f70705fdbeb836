import { catalogue, MUTED, reasons, workflow, type Short } from './build';
import { toApiFormat } from '../../../nodes/client/convert/toApiFormat';

/** A node whose inputs are as in a file. */
interface WithInputs extends Short {
	inputs: Array<{ name: string; type: string; link: null; widget?: { name: string } }>;
}

const model: Short = {
	id: 4,
	type: 'CheckpointLoaderSimple',
	values: ['m.safetensors'],
	outputs: ['MODEL', 'CLIP', 'VAE'],
};
const image = (id: number): Short => ({ id, type: 'EmptyImage', values: [64, 64, 1, 0], outputs: ['IMAGE'] });
const text = (id: number, others: Partial<Short> = {}): WithInputs => ({
	id,
	type: 'CLIPTextEncode',
	values: ['a cat'],
	outputs: ['CONDITIONING'],
	...others,
	inputs: [{ name: 'clip', type: 'CLIP', link: null }],
});
const save = (id: number, others: object = {}): WithInputs => ({
	id,
	type: 'SaveImage',
	values: ['x'],
	...others,
	inputs: [{ name: 'images', type: 'IMAGE', link: null }],
});
const everywhere = (from: Short['from'], others: Partial<Short> & object = {}): Short => ({
	id: 9,
	type: 'Anything Everywhere',
	from,
	...others,
});

/** Converts nodes; `inputs` of a node are taken as they are, and pos, size and colour too. */
function convert(nodes: Short[], extra: object = {}, groups: object[] = []) {
	return toApiFormat({ ...workflow(nodes, [], extra), groups }, catalogue);
}

test('an input that nothing is connected to gets what is broadcast of its type', () => {
	const sender = everywhere({ MODEL: [4, 0], CLIP: [4, 1], VAE: [4, 2] }, { type: 'Anything Everywhere3' });
	const { prompt } = convert([model, text(6), text(7), sender, image(1), save(2)]);
	expect([prompt['6'].inputs.clip, prompt['7'].inputs.clip]).toEqual([
		['4', 1],
		['4', 1],
	]);
	expect(prompt['2'].inputs).not.toHaveProperty('images');
	expect(prompt).not.toHaveProperty('9');
});

test('links that the file lists are taken, and only these', () => {
	const listed = {
		downstream: 6,
		downstream_slot: 0,
		upstream: '4',
		upstream_slot: 1,
		controller: 9,
		type: 'CLIP',
	};
	const made = convert([model, text(6), text(7), everywhere({ CLIP: [4, 1] })], { ue_links: [listed] });
	expect(made.prompt['6'].inputs.clip).toEqual(['4', 1]);
	expect(made.prompt['7'].inputs).not.toHaveProperty('clip');
});

test('listed links that lead nowhere are ignored', () => {
	const listed = [
		{ downstream: 99, downstream_slot: 0, upstream: '4', upstream_slot: 1 },
		{ downstream: 6, downstream_slot: 5, upstream: '4', upstream_slot: 1 },
		{ downstream: 6, downstream_slot: 0, upstream: '98', upstream_slot: 1 },
		null,
		{},
	];
	expect(convert([model, text(6)], { ue_links: listed }).prompt['6'].inputs).toEqual({ text: 'a cat' });
});

test.each<[string, Partial<Short>]>([
	['values before version 7', { type: 'Anything Everywhere?', values: ['^one', '.*'] }],
	['properties since version 7', { properties: { ue_properties: { version: '7.8', title_regex: '^one' } } }],
])('a pattern for titles restricts a broadcast: %s', (_how, others) => {
	const { prompt } = convert([
		image(1),
		save(2, { title: 'one' }),
		save(3, { title: 'two' }),
		everywhere({ IMAGE: [1, 0] }, others),
	]);
	expect(prompt['2'].inputs.images).toEqual(['1', 0]);
	expect(prompt['3'].inputs).not.toHaveProperty('images');
});

test('a pattern can be inverted, and one that is not valid counts as none', () => {
	const rules = (title_regex: string, invert: boolean) => ({
		properties: { ue_properties: { version: '7.8', title_regex, title_regex_invert: invert } },
	});
	const nodes = (others: Partial<Short>) => [
		image(1),
		save(2, { title: 'one' }),
		everywhere({ I: [1, 0] }, others),
	];
	expect(convert(nodes(rules('^one', true))).prompt['2'].inputs).not.toHaveProperty('images');
	expect(convert(nodes(rules('(', false))).prompt['2'].inputs.images).toEqual(['1', 0]);
});

test.each(['(a+)+$', '(a|aa)*$', 'a*a*a*a*$', '(a)\\1*', '(.*){9}$'])(
	'a pattern that could take long matches nothing: %s',
	(title_regex) => {
		const properties = { ue_properties: { version: '7.8', title_regex } };
		const title = `${'a'.repeat(90)}!`;
		const { prompt } = convert([image(1), save(2, { title }), everywhere({ I: [1, 0] }, { properties })]);
		expect(prompt['2'].inputs).not.toHaveProperty('images');
	},
);

test.each(['(a|b)', '^a.*!$', '[+*{]?a', 'a\\)+|a'])('an ordinary pattern is used: %s', (title_regex) => {
	const properties = { ue_properties: { version: '7.8', title_regex } };
	const { prompt } = convert([
		image(1),
		save(2, { title: 'aa!' }),
		everywhere({ I: [1, 0] }, { properties }),
	]);
	expect(prompt['2'].inputs.images).toEqual(['1', 0]);
});

describe('restrictions', () => {
	const at = (x: number, color?: string) => ({ pos: [x, 0], size: [100, 50], ...(color && { color }) });
	const groups = [{ title: 'Left', bounding: [-50, -100, 300, 300] }];

	test.each<[string, number, unknown, unknown]>([
		['to its group', 1, ['1', 0], undefined],
		['to all outside its group', 2, undefined, ['1', 0]],
	])('of a broadcast %s', (_where, restricted, near, far) => {
		const sender = everywhere({ I: [1, 0] }, { ...at(0), properties: { group_restricted: restricted } });
		const { prompt } = convert([image(1), save(2, at(100)), save(3, at(500)), sender], {}, groups);
		expect([prompt['2'].inputs.images, prompt['3'].inputs.images]).toEqual([near, far]);
	});

	test('of a broadcast to groups by title', () => {
		const properties = { ue_properties: { version: '7.8', group_regex: '^Le' } };
		const sender = everywhere({ I: [1, 0] }, { ...at(900), properties });
		const { prompt } = convert([image(1), save(2, at(100)), save(3, at(500)), sender], {}, groups);
		expect([prompt['2'].inputs.images, prompt['3'].inputs.images]).toEqual([['1', 0], undefined]);
	});

	test('of a broadcast to its colour', () => {
		const sender = everywhere({ I: [1, 0] }, { ...at(0, '#222'), properties: { color_restricted: 1 } });
		const { prompt } = convert([image(1), save(2, at(0, '#222')), save(3, at(0)), sender]);
		expect([prompt['2'].inputs.images, prompt['3'].inputs.images]).toEqual([['1', 0], undefined]);
	});
});

test('of two broadcasts the one with the higher priority wins, and of equal ones none', () => {
	const second = (properties: object): Short => ({
		...everywhere({ I: [5, 0] }),
		id: 8,
		properties: { ue_properties: { version: '7.8', ...properties } },
	});
	const nodes = (properties: object) => [
		image(1),
		image(5),
		save(2),
		everywhere({ I: [1, 0] }),
		second(properties),
	];
	expect(convert(nodes({ priority: 50 })).prompt['2'].inputs.images).toEqual(['5', 0]);
	// a rule about titles makes a broadcast more special
	expect(convert(nodes({ title_regex: 'Save' })).prompt['2'].inputs.images).toEqual(['5', 0]);
	const equal = convert(nodes({}));
	expect(equal.prompt['2'].inputs).not.toHaveProperty('images');
	expect(reasons(equal)).toContain('broadcast-ambiguous');
});

test('prompts go to the inputs of their names', () => {
	const sampler: WithInputs = {
		id: 3,
		type: 'KSampler',
		values: [1, 'fixed', 20, 8, 'euler', 'normal', 1],
		inputs: ['positive', 'negative'].map((name) => ({ name, type: 'CONDITIONING', link: null })),
	};
	const prompts: Short = {
		id: 9,
		type: 'Prompts Everywhere',
		from: { '+ve': [6, 0, 'CONDITIONING'], '-ve': [7, 0, 'CONDITIONING'] },
	};
	const { prompt } = convert([text(6), text(7), sampler, prompts]);
	expect(prompt['3'].inputs).toMatchObject({ positive: ['6', 0], negative: ['7', 0] });
});

test('a seed goes to fields that were made inputs, from a node of ComfyUI when the pack is missing', () => {
	const sampler: WithInputs = {
		id: 3,
		type: 'KSampler',
		values: [1, 'fixed', 20, 8, 'euler', 'normal', 1],
		inputs: [{ name: 'seed', type: 'INT', link: null, widget: { name: 'seed' } }],
	};
	const seed: Short = { id: 9, type: 'Seed Everywhere', values: [77, 'fixed'], outputs: ['INT'] };
	const { prompt } = convert([sampler, seed]);
	expect(prompt['3'].inputs.seed).toEqual(['9', 0]);
	expect(prompt['9']).toMatchObject({ class_type: 'PrimitiveInt', inputs: { value: 77 } });
	const newer = convert([sampler, seed], { frontendVersion: '1.40.0' });
	expect(newer.prompt['3'].inputs.seed).toBe(1);
});

test('any node can broadcast its outputs since version 7', () => {
	const properties = { ue_convert: true, ue_properties: { version: '7.8' } };
	const { prompt } = convert([{ ...image(1), properties }, save(2)]);
	expect(prompt['2'].inputs.images).toEqual(['1', 0]);
});

test('nodes that are muted neither send nor receive, and a broadcast without effect is said', () => {
	const made = convert([image(1), save(2), everywhere({ I: [1, 0] }, { mode: MUTED })]);
	expect(made.prompt['2'].inputs).not.toHaveProperty('images');
	const source = convert([{ ...image(1), mode: MUTED }, save(2), everywhere({ I: [1, 0] })]);
	expect(source.prompt['2'].inputs).not.toHaveProperty('images');
	expect(reasons(source)).toContain('broadcast');
});

test('works inside a subgraph', () => {
	const inner = [image(1), everywhere({ I: [1, 0] }), save(2)];
	const source = workflow([{ id: 3, type: 'Inner' }], [{ id: 'Inner', nodes: inner }]);
	expect(toApiFormat(source, catalogue).prompt['3:2'].inputs.images).toEqual(['3:1', 0]);
});

describe('an output of a subgraph that nothing is connected to', () => {
	const inner = (extra: object) => {
		const sender = {
			id: 1,
			type: 'EmptyImage',
			widgets_values: [64, 64, 1, 0],
			outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
		};
		const broadcast = {
			id: 9,
			type: 'Anything Everywhere',
			inputs: [{ name: 'IMAGE', type: 'IMAGE', link: 1 }],
			widgets_values: [],
		};
		return {
			id: 'Inner',
			name: 'Inner',
			nodes: [sender, broadcast],
			links: [{ id: 1, origin_id: 1, origin_slot: 0, target_id: 9, target_slot: 0, type: 'IMAGE' }],
			inputs: [],
			outputs: [
				{ name: 'text', type: 'STRING', linkIds: [] },
				{ name: 'picture', type: 'IMAGE', linkIds: [] },
			],
			extra,
		};
	};
	const imagesOf = (extra: object) => {
		const instance: Short = { id: 3, type: 'Inner', outputs: ['STRING', 'IMAGE'] };
		const outer: Short = { id: 2, type: 'SaveImage', values: ['x'], from: { images: [3, 1, 'IMAGE'] } };
		const source = { ...workflow([instance, outer]), definitions: { subgraphs: [inner(extra)] } };
		return toApiFormat(source, catalogue).prompt['2'].inputs.images;
	};

	test('gets what is broadcast of its type', () => {
		expect(imagesOf({})).toEqual(['3:1', 0]);
	});

	test('gets what the file lists for it', () => {
		const link = { downstream: -20, downstream_slot: 1, upstream: '1', upstream_slot: 0, controller: 9 };
		expect(imagesOf({ ue_links: [link] })).toEqual(['3:1', 0]);
		expect(imagesOf({ ue_links: [{ ...link, downstream_slot: 7 }] })).toBeUndefined();
	});
});
