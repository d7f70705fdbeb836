import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateTypes } from '../../packages/cli/src/types/generate';
import type { ObjectInfo } from '../../nodes/client';

const dynamic: ObjectInfo = {
	Resize: {
		display_name: 'Resize',
		description: 'Ends no */ comment',
		input: {
			required: {
				image: ['IMAGE', {}],
				mode: [
					'COMFY_DYNAMICCOMBO_V3',
					{
						options: [
							{ key: 'scale', inputs: { required: { factor: ['FLOAT', { min: 0, max: 8 }] } } },
							{ key: 'keep', inputs: {} },
						],
					},
				],
			},
		},
		output: ['IMAGE'],
		output_name: ['IMAGE'],
	},
	Load: {
		input: { required: { name: [['b.png', 'a.png'], {}] } },
		output: ['IMAGE'],
		output_name: ['IMAGE'],
	},
};

/** As ComfyUI 0.33 describes them: a group that grows, and an output with the type of the inputs. */
const grown: ObjectInfo = {
	...dynamic,
	Mask: { input: { required: { name: [['m.png'], {}] } }, output: ['MASK'], output_name: ['MASK'] },
	Batch: {
		input: {
			required: {
				images: [
					'COMFY_AUTOGROW_V3',
					{ template: { input: { required: { image: ['IMAGE', {}] } }, prefix: 'image', min: 1, max: 9 } },
				],
			},
			optional: {
				named: [
					'COMFY_AUTOGROW_V3',
					{ template: { input: { required: { value: ['*', {}] } }, names: ['a', 'b'] } },
				],
			},
		},
		output: ['IMAGE'],
		output_name: ['IMAGE'],
	},
	Switch: {
		input: {
			required: {
				on: ['BOOLEAN', {}],
				yes: ['COMFY_MATCHTYPE_V3', { template: { template_id: 'x', allowed_types: 'IMAGE,MASK' } }],
				no: ['COMFY_MATCHTYPE_V3', { template: { template_id: 'x', allowed_types: 'IMAGE,MASK' } }],
			},
		},
		output: ['COMFY_MATCHTYPE_V3'],
		output_name: ['output'],
		output_matchtypes: ['x'],
	},
	Text: { input: { required: { curve: ['CURVE', {}] } }, output: ['STRING'], output_name: ['STRING'] },
};

/** @returns the complaints of the compiler */
function compile(types: string, use: string): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'cli-types-'));
	writeFileSync(path.join(folder, 'nodes.ts'), types);
	writeFileSync(path.join(folder, 'use.ts'), `import { WorkflowBuilder } from './nodes';\n${use}`);
	const config = {
		compilerOptions: { noEmit: true, strict: true, target: 'es2022', types: [] },
		files: ['use.ts'],
	};
	writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
	try {
		const tsc = require.resolve('typescript/bin/tsc');
		execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
		return '';
	} catch (error) {
		return (error as { stdout: string }).stdout;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

test('choices are unions, and a choice brings its inputs along', () => {
	const complaints = compile(
		generateTypes(dynamic, 'http://x'),
		[
			'const builder = new WorkflowBuilder();',
			"const [image] = builder.node('Load', { name: 'a.png' });",
			"builder.node('Resize', { image, mode: 'scale', 'mode.factor': 2 });",
			"builder.node('Resize', { image, mode: 'keep' });",
			"// @ts-expect-error the choice needs a factor\nbuilder.node('Resize', { image, mode: 'scale' });",
			"// @ts-expect-error no such file\nbuilder.node('Load', { name: 'c.png' });",
		].join('\n'),
	);
	expect(complaints).toBe('');
});

const inputs = [
	'const builder = new WorkflowBuilder();',
	"const [image] = builder.node('Load', { name: 'a.png' });",
	"const [mask] = builder.node('Mask', { name: 'm.png' });",
	"const [text] = builder.node('Text', { curve: [[0, 1]] });",
];

/** Lines that compile, and lines that do not. */
const uses: Array<[what: string, fits: string[], doesNotFit: string[]]> = [
	[
		'connections',
		["builder.node('Resize', { image, mode: 'keep' });"],
		[
			"builder.node('Resize', { image: mask, mode: 'keep' });",
			"builder.node('Resize', { image: 'a.png', mode: 'keep' });",
			"builder.node('Text', { curve: image });",
		],
	],
	[
		'groups that grow',
		["builder.node('Batch', { 'images.image0': image, 'images.image8': image, 'named.a': text });"],
		[
			"builder.node('Batch', { 'images.image0': mask });",
			"builder.node('Batch', { 'images.image1': image });",
			"builder.node('Batch', { 'images.image0': image, 'images.imageX': image });",
			"builder.node('Batch', { 'images.image0': image, 'named.c': text });",
		],
	],
	[
		'outputs with the type of the inputs',
		[
			"const [switched] = builder.node('Switch', { on: true, yes: image, no: image });",
			"builder.node('Resize', { image: switched, mode: 'keep' });",
		],
		[
			"builder.node('Switch', { on: true, yes: text, no: text });",
			"builder.node('Switch', { on: true, yes: image });",
			"builder.node('Resize', { image: builder.node('Switch', { on: true, yes: mask, no: mask })[0], mode: 'keep' });",
			"builder.node('Resize', { image: builder.node('Switch', { on: true, yes: image, no: mask })[0], mode: 'keep' });",
		],
	],
];

test.each(uses)('%s: outputs only fit where they fit', (_, fits, doesNotFit) => {
	const refused = doesNotFit.map((line) => `// @ts-expect-error\n${line}`);
	expect(compile(generateTypes(grown, 'http://x'), [...inputs, ...fits, ...refused].join('\n'))).toBe('');
});

test('the order of the server does not change the file', () => {
	const reversed = Object.fromEntries(Object.entries(dynamic).reverse());
	expect(generateTypes(reversed, 'x')).toBe(generateTypes(dynamic, 'x'));
});

test('5,000 node types compile', () => {
	const many = Object.fromEntries(
		Array.from({ length: 2_500 }, (_, index) =>
			Object.entries(dynamic).map(([name, definition]) => [`${name}${index}`, definition] as const),
		).flat(),
	);
	const use =
		"const builder = new WorkflowBuilder();\nconst [image] = builder.node('Load7', { name: 'a.png' });\n";
	const connect = "builder.node('Resize4', { image, mode: 'keep' });";
	expect(compile(generateTypes(many, 'x'), use + connect)).toBe('');
});
