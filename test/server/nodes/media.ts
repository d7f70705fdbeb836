import { flac, gif, glb, mp3, mp4, ogg } from '../pictures/standIns';
import { webp } from '../pictures/webp';
import type { FileReference, FileType } from '../types';
import type { Behaviours, Inputs, NodeContext } from './Behaviour';
import { FileNames } from './fileNames';
import { metadataOf } from './metadata';
import { reference } from './saving';
import { asNumber, asText, type Audio, type Images, type Video } from './values';
import type { World } from './World';

type Encoder = (texts: Record<string, string>) => Buffer;

function saver({ files, tempLetters }: World) {
	return (
		extension: string,
		encode: Encoder,
		inputs: Inputs,
		context: NodeContext,
		type: FileType = 'output',
	) => {
		const size = ((inputs['images'] as Images | undefined) ?? [])[0] ?? { width: 0, height: 0 };
		const prefix = type === 'temp' ? `ComfyUI_temp_${tempLetters}` : asText(inputs['filename_prefix']);
		const file = new FileNames(files, type, prefix, size).next(extension);
		files.put(type, file.path, encode(metadataOf(context)));
		return reference(file);
	};
}

const COMBINED: Record<string, { extension: string; encode: Encoder }> = {
	'image/gif': { extension: 'gif', encode: gif },
	'image/webp': { extension: 'webp', encode: webp },
	'video/h264-mp4': { extension: 'mp4', encode: mp4 },
};

/** Files of every other kind, each under the key and in the shape that its real node uses. */
export function media(world: World): Behaviours {
	const save = saver(world);
	const sound = (extension: string, encode: Encoder, type: FileType = 'output') => ({
		run: (inputs: Inputs, context: NodeContext) => ({
			ui: { audio: [save(extension, encode, inputs, context, type)] },
		}),
	});
	return {
		CreateVideo: {
			run: ({ images, fps }) => ({
				values: [{ frames: images as Images, fps: asNumber(fps, 30) } satisfies Video],
			}),
		},
		SaveVideo: {
			run: (inputs, context) => ({
				ui: { images: [save('mp4', mp4, inputs, context)], animated: [true] },
			}),
		},
		SaveAnimatedWEBP: {
			run: (inputs, context) => ({
				ui: {
					images: [save('webp', webp, inputs, context)],
					animated: [(inputs['images'] as Images).length > 1],
				},
			}),
		},
		VHS_VideoCombine: { run: (inputs, context) => combine(save, inputs, context) },
		EmptyAudio: { run: ({ duration }) => ({ values: [{ seconds: asNumber(duration) } satisfies Audio] }) },
		SaveAudio: sound('flac', flac),
		SaveAudioMP3: sound('mp3', mp3),
		SaveAudioOpus: sound('opus', ogg),
		PreviewAudio: sound('flac', flac, 'temp'),
		SaveGLB: { run: (inputs, context) => ({ ui: { '3d': [save('glb', glb, inputs, context)] } }) },
		SaveLatent: {
			run: (inputs, context) => ({ ui: { latents: [save('latent', latent, inputs, context)] } }),
		},
	};
}

function combine(save: ReturnType<typeof saver>, inputs: Inputs, context: NodeContext) {
	const format = asText(inputs['format']);
	const { extension, encode } = COMBINED[format] ?? { extension: 'mp4', encode: mp4 };
	const file: FileReference = save(
		extension,
		encode,
		inputs,
		context,
		inputs['save_output'] ? 'output' : 'temp',
	);
	const details = { format, frame_rate: asNumber(inputs['frame_rate'], 8) };
	return { values: [[true, [file.filename]]], ui: { gifs: [{ ...file, ...details }] } };
}

/** A safetensors header without tensors. */
function latent(texts: Record<string, string>): Buffer {
	const header = Buffer.from(JSON.stringify({ __metadata__: texts }));
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(header.length));
	return Buffer.concat([length, header]);
}
