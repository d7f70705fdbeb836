import { join, parseAnnotated, safeFolder } from '../files/paths';
import { decodePng } from '../pictures/decodePng';
import { flatPicture, invert, resize, type Picture } from '../pictures/Picture';
import type { Behaviours } from './Behaviour';
import { asNumber, asText, type Audio, type Images } from './values';
import type { World } from './World';
import { PythonError, typeName } from '../wire/pythonText';

interface Located {
	type: 'output' | 'input' | 'temp';
	path: string;
}

/** The file that a value such as `folder/x.png [temp]` names. */
function locate(value: unknown): Located {
	const { name, type } = parseAnnotated(asText(value));
	return { type: type ?? 'input', path: safeFolder(name) ?? join('', name) };
}

function mustExist({ files }: World, kind: string) {
	return (value: unknown) => {
		if (typeof value !== 'string')
			throw new PythonError('AttributeError', `'${typeName(value)}' object has no attribute 'endswith'`);
		const { type, path } = locate(value);
		return files.get(type, path) ? true : `Invalid ${kind} file: ${asText(value)}`;
	};
}

function load({ files }: World, value: unknown): Picture {
	const { type, path } = locate(value);
	const data = files.read(type, path);
	return (data && decodePng(data)) ?? flatPicture(64, 64, 0x7f7f7f);
}

/** Masks are where a picture is transparent. */
function maskOf({ width, height, alpha }: Picture): Picture {
	const mask = flatPicture(width, height, 0);
	alpha?.forEach((value, pixel) => mask.rgb.fill(255 - value, pixel * 3, pixel * 3 + 3));
	return mask;
}

function hashOf({ files }: World, value: unknown): string {
	const { type, path } = locate(value);
	return files.hash(type, path);
}

function scaled(pictures: Images, factor: number): Images {
	return pictures.map((picture) =>
		resize(picture, Math.round(picture.width * factor), Math.round(picture.height * factor)),
	);
}

function sizeOf(picture: Picture, width: number, height: number): [number, number] {
	const factor = (width || height) === 0 ? 1 : width ? width / picture.width : height / picture.height;
	return [width || Math.round(picture.width * factor), height || Math.round(picture.height * factor)];
}

function toPixels(picture: Picture, pixels: number): Picture {
	const factor = Math.sqrt(pixels / (picture.width * picture.height));
	return resize(picture, Math.round(picture.width * factor), Math.round(picture.height * factor));
}

/** The picture with a mask as what is transparent, in the size of the picture. */
function withMask(picture: Picture, mask: Picture | undefined): Picture {
	if (!mask) return picture;
	const { rgb } = resize(mask, picture.width, picture.height);
	return {
		...picture,
		alpha: Uint8Array.from({ length: rgb.length / 3 }, (_unused, pixel) => 255 - rgb[pixel * 3]),
	};
}

export function images(world: World): Behaviours {
	const loadable = (run: (picture: Picture) => unknown[]) => ({
		run: ({ image }: Record<string, unknown>) => ({ values: run(load(world, image)) }),
		validates: { image: mustExist(world, 'image') },
		changed: ({ image }: Record<string, unknown>) => hashOf(world, image),
	});
	return {
		LoadImage: loadable((picture) => [[picture], [maskOf(picture)]]),
		LoadImageMask: loadable((picture) => [[maskOf(picture)]]),
		LoadAudio: {
			run: () => ({ values: [{ seconds: 1 } satisfies Audio] }),
			validates: { audio: mustExist(world, 'audio') },
			changed: ({ audio }) => hashOf(world, audio),
		},
		EmptyImage: {
			run: ({ width, height, batch_size, color }) => {
				const one = flatPicture(asNumber(width), asNumber(height), asNumber(color));
				return { values: [new Array<Picture>(asNumber(batch_size, 1)).fill(one)] };
			},
		},
		ImageInvert: { run: ({ image }) => ({ values: [(image as Images).map(invert)] }) },
		ImageBatch: {
			run: ({ image1, image2 }) => ({ values: [[...(image1 as Images), ...(image2 as Images)]] }),
		},
		ImageScale: {
			// 0 keeps a side: both as they are, one in proportion to the other.
			run: ({ image, width, height }) => ({
				values: [
					(image as Images).map((one) => resize(one, ...sizeOf(one, asNumber(width), asNumber(height)))),
				],
			}),
		},
		ImageScaleBy: {
			run: ({ image, scale_by }) => ({ values: [scaled(image as Images, asNumber(scale_by, 1))] }),
		},
		ImageScaleToTotalPixels: {
			run: ({ image, megapixels }) => ({
				values: [(image as Images).map((one) => toPixels(one, asNumber(megapixels, 1) * 1024 * 1024))],
			}),
		},
		JoinImageWithAlpha: {
			run: ({ image, alpha }) => ({
				values: [
					(image as Images).map((one, index) =>
						withMask(one, (alpha as Images)[index % (alpha as Images).length]),
					),
				],
			}),
		},
		SplitImageWithAlpha: {
			run: ({ image }) => ({
				values: [
					(image as Images).map((one) => ({ ...one, alpha: undefined })),
					(image as Images).map(maskOf),
				],
			}),
		},
		ImageUpscaleWithModel: { run: ({ image }) => ({ values: [scaled(image as Images, 4)] }) },
		MaskToImage: { run: ({ mask }) => ({ values: [mask] }) },
	};
}
