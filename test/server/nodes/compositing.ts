import { invert, resize, type Picture } from '../pictures/Picture';
import type { Behaviours } from './Behaviour';
import { asNumber, type Images, type Latent } from './values';

/** Nodes that put pictures and masks together, and the start of a video. */
export const compositing: Behaviours = {
	ImageBlur: { run: ({ image }) => ({ values: [image] }) },
	ImageCompositeMasked: {
		run: ({ destination, source, mask, x, y, resize_source }) => {
			const place = { x: asNumber(x), y: asNumber(y), resizes: resize_source === true };
			const sources = source as Images;
			const masks = mask as Images | undefined;
			const images = (destination as Images).map((picture, index) =>
				composite(picture, sources[index % sources.length], masks?.[index % masks.length], place),
			);
			return { values: [images] };
		},
	},
	ImageToMask: { run: ({ image }) => ({ values: [image] }) },
	InvertMask: { run: ({ mask }) => ({ values: [(mask as Images).map(invert)] }) },
	LatentUpscaleBy: {
		run: ({ samples, scale_by }) => {
			const latent = samples as Latent;
			const factor = asNumber(scale_by, 1);
			const [width, height] = [latent.width, latent.height].map((side) => Math.round(side * factor));
			return { values: [{ ...latent, width, height }] };
		},
	},
	/** Everything that is not white belongs to the product. */
	RemoveBackground: {
		run: ({ image }) => ({
			values: [(image as Images).map((one) => ({ ...one, rgb: one.rgb.map((v) => (v < 250 ? 255 : 0)) }))],
		}),
	},
	/** Without the padding. */
	ResizeAndPadImage: {
		run: ({ image, target_width, target_height }) => ({
			values: [(image as Images).map((one) => resize(one, asNumber(target_width), asNumber(target_height)))],
		}),
	},
	VAEEncodeForInpaint: { run: ({ pixels }) => ({ values: [encoded(pixels as Images)] }) },
	Wan22ImageToVideoLatent: {
		run: ({ start_image }) => ({ values: [encoded(start_image as Images)] }),
	},
};

const encoded = (base: Images): Latent => ({
	width: base[0]?.width ?? 64,
	height: base[0]?.height ?? 64,
	batch: base.length,
	base,
});

interface Place {
	x: number;
	y: number;
	resizes: boolean;
}

/** Copies the pixels that the mask shows. */
function composite(destination: Picture, given: Picture, mask: Picture | undefined, place: Place): Picture {
	const { width, height } = destination;
	const source = place.resizes ? resize(given, width, height) : given;
	const shown = mask && resize(mask, source.width, source.height);
	const rgb = Uint8Array.from(destination.rgb);
	for (let y = 0; y < Math.min(source.height, height - place.y); y++)
		for (let x = 0; x < Math.min(source.width, width - place.x); x++) {
			const from = (y * source.width + x) * 3;
			if (shown && (shown.rgb[from] ?? 0) < 128) continue;
			rgb.set(source.rgb.subarray(from, from + 3), ((y + place.y) * width + x + place.x) * 3);
		}
	return { width, height, rgb };
}
