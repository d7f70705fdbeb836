import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWorkflowFile } from '../../../nodes/client/metadata/readWorkflowFile';
import { BigInteger } from '../../../nodes/client/core/json';

/** Files that other programs wrote, so that reader and writers here cannot share a misunderstanding. */
const FOLDER = join(__dirname, '../../fixtures/embedded');
const ofComfyUi = readdirSync(join(FOLDER, 'comfyui-0.3.64')).map((file) => join('comfyui-0.3.64', file));
const ofOthers = readdirSync(FOLDER).filter((file) => /\.\w+$/.test(file) && !/\.(md|64)$|^auto/.test(file));

test('there are files of every format', () => {
	const extensions = [...ofComfyUi, ...ofOthers].map((file) => file.split('.').at(-1));
	expect([...new Set(extensions)].sort()).toEqual(
		'avif flac glb jpg latent mkv mov mp3 mp4 ogg opus png webm webp'.split(' '),
	);
});

test.each(ofComfyUi)('a file of a real ComfyUI gives prompt and workflow: %s', async (file) => {
	const { workflow, uiWorkflow } = await readWorkflowFile(createReadStream(join(FOLDER, file)));
	const classes = Object.values(workflow ?? {}).map(({ class_type }) => class_type);
	expect(classes).toContain(/Save[a-z]+3?/i.exec(file)?.[0]);
	expect(workflow?.['101']).toMatchObject({ class_type: 'SaveImage', _meta: { title: 'Grüße 猫' } });
	expect(uiWorkflow).toMatchObject({ last_node_id: 1, nodes: [{ type: 'Grüße' }] });
});

test.each(ofOthers)('a file of other writers gives prompt and workflow: %s', async (file) => {
	const { workflow, uiWorkflow } = await readWorkflowFile(new Uint8Array(readFileSync(join(FOLDER, file))));
	expect(workflow?.['3']).toEqual({
		class_type: 'KSampler',
		inputs: { seed: new BigInteger('18446744073709551615'), steps: 20, text: 'Grüße an die 猫', cfg: 7 },
		_meta: { title: 'Sampler ü' },
		is_changed: [null],
	});
	expect(uiWorkflow).toMatchObject({
		nodes: [{ widgets_values: ['Grüße an die 猫'] }, { type: 'SaveImage' }],
	});
});

test('a picture of AUTOMATIC1111 is told from one of ComfyUI', async () => {
	const file = createReadStream(join(FOLDER, 'automatic1111.png'));
	await expect(readWorkflowFile(file, { filename: 'a.png' })).rejects.toMatchObject({
		message: 'The PNG picture "a.png" contains no workflow: AUTOMATIC1111 or Forge made it, not ComfyUI.',
	});
});
