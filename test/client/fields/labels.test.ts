import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFields, type ApiWorkflow, type MarkedInput, type ObjectInfo } from '../../../nodes/client';
import { humanName } from '../../../nodes/client/fields/labels';

/** ComfyUI's own templates, converted, without their values; and the node types that they use. */
const { workflows, catalogue } = JSON.parse(
	readFileSync(join(__dirname, '../../fixtures/templates.json'), 'utf8'),
) as {
	workflows: Record<string, { prompt: ApiWorkflow; markedInputs: MarkedInput[] }>;
	catalogue: ObjectInfo;
};

/** A form in n8n's panel shows so many characters of a label. */
const SHOWN = 27;

const labelsOf = (prompt: ApiWorkflow, marks?: MarkedInput[]) =>
	listFields(prompt, catalogue, marks).map(({ label }) => label);

describe("the labels of the forms of ComfyUI's templates", () => {
	const forms = Object.entries(workflows).map(
		([name, { prompt, markedInputs }]) => [name, labelsOf(prompt, markedInputs)] as const,
	);

	test('differ where the panel cuts them', () => {
		const equal = forms.flatMap(([name, labels]) => {
			const shown = labels.map((label) => label.slice(0, SHOWN));
			return shown.filter((label, index) => shown.indexOf(label) !== index).map((label) => [name, label]);
		});
		expect(forms.length).toBeGreaterThan(70);
		expect(equal).toEqual([]);
	});

	test('name the input before the panel cuts them', () => {
		const vague = /^(Any|Data|Index|Input|Item|List|Mode|Name|Option|Output|String|Text|Type|Value)?$/;
		const saysNothing = forms.flatMap(([name, labels]) =>
			labels
				.filter((label) => {
					const [what, node] = label.slice(0, SHOWN).split(/ · /);
					return vague.test(what) && !node;
				})
				.map((label) => [name, label]),
		);
		expect(saysNothing).toEqual([]);
		const own = forms.flatMap(([name, labels]) => labels.slice(workflows[name].markedInputs.length));
		expect(own.filter((label) => label.split(/ · | #| \(/)[0].length > SHOWN)).toEqual([]);
	});

	test('call the inputs by the words that people know', () => {
		const labels = labelsOf(workflows['image_to_video_wan'].prompt, []);
		expect(labels).toEqual(
			expect.arrayContaining([
				'Positive Prompt',
				'Negative Prompt',
				'Image',
				'Seed',
				'Steps',
				'CFG',
				'Width',
				'Diffusion Model',
				'Text Encoder',
				'CLIP Vision',
			]),
		);
	});
});

const sampler = { class_type: 'KSampler', inputs: { seed: 1, steps: 20 } };
const titled = (title: string) => ({ ...sampler, _meta: { title } });

test.each([
	['titles that differ', [titled('First'), titled('Second')], ['Steps · First', 'Steps · Second']],
	[
		'titles that differ only behind the cut',
		[titled('KSampler (Advanced) - BASE'), titled('KSampler (Advanced) - REFINER')],
		['Steps · BASE', 'Steps · REFINER'],
	],
	['equal titles', [sampler, sampler], ['Steps #1 · KSampler', 'Steps #2 · KSampler']],
	['one node', [sampler], ['Steps']],
])('with %s the label of an input has what tells it apart', (_, nodes, expected) => {
	const save = {
		class_type: 'SaveImage',
		inputs: Object.fromEntries(nodes.map((_, at) => [at, [`${at + 1}`, 0]])),
	};
	const workflow = Object.fromEntries([...nodes, save].map((node, at) => [`${at + 1}`, node]));
	expect(labelsOf(workflow as ApiWorkflow).filter((label) => label.startsWith('Steps'))).toEqual(expected);
});

test("an author's long names that begin alike are told apart, and stay as written otherwise", () => {
	const mark = (label: string, input: string): MarkedInput => ({
		label,
		from: 'app',
		targets: [{ nodeId: '1', input }],
	});
	const workflow = { '1': sampler };
	expect(
		labelsOf(workflow, [mark('How often is it refined?', 'steps'), mark('seed', 'seed')]).slice(0, 2),
	).toEqual(['How often is it refined?', 'Seed']);
	const long = 'How often the sampler refines the picture';
	const [first, second] = labelsOf(workflow, [
		mark(`${long} at first`, 'steps'),
		mark(`${long} later`, 'seed'),
	]);
	expect(first.slice(0, SHOWN)).not.toBe(second.slice(0, SHOWN));
});

test.each([
	['ckpt_name', 'Checkpoint'],
	['batch_size', 'Batch Size'],
	['noise_seed', 'Seed'],
	['lora_1.lora', 'LoRA 1'],
	['lora_1.strength', 'LoRA 1 Strength'],
	['storyboards.storyboard_1_duration', 'Storyboard 1 Duration'],
	['useDefaultTemplate', 'Use Default Template'],
	['...', '...'],
])('%s is called %s', (input, name) => {
	expect(humanName(input)).toBe(name);
});
