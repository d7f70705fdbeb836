import { encodePng } from '../pictures/encodePng';
import { stringifyPython } from '../wire/pythonJson';
import { show } from '../wire/pythonText';
import type { FileReference, FileType } from '../types';
import type { Behaviours, NodeContext, NodeResult } from './Behaviour';
import { FileNames } from './fileNames';
import { metadataOf } from './metadata';
import { asText, isPictures, type Images } from './values';
import type { World } from './World';

const DEFAULT_SIZE = { width: 0, height: 0 };

/** Without the path, which clients must not see. */
export function reference({ filename, subfolder, type }: FileReference): FileReference {
	return { filename, subfolder, type };
}

function savePngs({ files }: World, images: Images, prefix: string, type: FileType, context: NodeContext) {
	const names = new FileNames(files, type, prefix, images[0] ?? DEFAULT_SIZE);
	const texts = metadataOf(context);
	return images.map((image, index) => {
		const file = names.next('png', index);
		files.put(type, file.path, encodePng(image, texts));
		return reference(file);
	});
}

/** Sends pictures as preview frames; they are stored nowhere and history does not list them. */
function sendPngs(images: Images, context: NodeContext): NodeResult {
	for (const [index, image] of images.entries())
		context.step(index, images.length, { format: 'PNG', image: encodePng(image) });
	return {};
}

export function saving(world: World): Behaviours {
	return {
		SaveImage: {
			run: ({ images, filename_prefix }, context) => ({
				ui: { images: savePngs(world, images as Images, asText(filename_prefix), 'output', context) },
			}),
		},
		PreviewImage: {
			run: ({ images }, context) => {
				const prefix = `ComfyUI_temp_${world.tempLetters}`;
				return { ui: { images: savePngs(world, images as Images, prefix, 'temp', context) } };
			},
		},
		SaveImageWebsocket: { run: ({ images }, context) => sendPngs(images as Images, context) },
		PreviewAny: { run: ({ source }) => ({ ui: { text: [previewText(source)] } }) },
	};
}

function previewText(source: unknown): string {
	if (typeof source === 'string') return source;
	if (source === null || typeof source !== 'object') return show(source);
	return isPictures(source) ? 'tensor([[[0., 0., 0.]]])' : stringifyPython(source);
}
