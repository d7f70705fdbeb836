/** 8-bit RGB, row by row; alpha only when the source had one. */
export interface Picture {
	width: number;
	height: number;
	rgb: Uint8Array;
	alpha?: Uint8Array;
}

export function flatPicture(width: number, height: number, color: number): Picture {
	const rgb = new Uint8Array(width * height * 3);
	const [red, green, blue] = [(color >> 16) & 255, (color >> 8) & 255, color & 255];
	for (let at = 0; at < rgb.length; at += 3) {
		rgb[at] = red;
		rgb[at + 1] = green;
		rgb[at + 2] = blue;
	}
	return { width, height, rgb };
}

export function invert(picture: Picture): Picture {
	return { ...picture, rgb: picture.rgb.map((value) => 255 - value) };
}

/** Nearest neighbour, whatever method was asked for. */
export function resize(picture: Picture, width: number, height: number): Picture {
	const rgb = new Uint8Array(width * height * 3);
	const alpha = picture.alpha && new Uint8Array(width * height);
	for (let y = 0; y < height; y++) {
		const row = Math.floor((y * picture.height) / height) * picture.width;
		for (let x = 0; x < width; x++) {
			const pixel = row + Math.floor((x * picture.width) / width);
			if (alpha) alpha[y * width + x] = picture.alpha?.[pixel] ?? 255;
			const from = pixel * 3;
			const to = (y * width + x) * 3;
			rgb[to] = picture.rgb[from] ?? 0;
			rgb[to + 1] = picture.rgb[from + 1] ?? 0;
			rgb[to + 2] = picture.rgb[from + 2] ?? 0;
		}
	}
	return { width, height, rgb, ...(alpha && { alpha }) };
}

/** `share` 0 keeps the first picture, 1 gives the second, in the size of the first. */
export function blend(first: Picture, second: Picture, share: number): Picture {
	const other = resize(second, first.width, first.height);
	const rgb = first.rgb.map((value, at) => value + ((other.rgb[at] ?? 0) - value) * share);
	return { width: first.width, height: first.height, rgb };
}
