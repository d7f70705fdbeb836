import type { Picture } from './Picture';
import { seededRandom, type Random } from './random';

export interface Recipe {
	seed: unknown;
	text: string;
}

type Color = [number, number, number];

interface Orb {
	x: number;
	y: number;
	radius: number;
	color: Color;
}

/** A hue as RGB from 0 to 255. */
function colorOf(hue: number, saturation: number, lightness: number): Color {
	const channel = (offset: number) => {
		const k = (offset + hue * 12) % 12;
		const reach = saturation * Math.min(lightness, 1 - lightness);
		return 255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
	};
	return [channel(0), channel(8), channel(4)];
}

/** 256 colours that run smoothly from one end of the palette to the other. */
function gradient(random: Random): Color[] {
	const hue = random();
	const stops = [0, 0.08 + random() * 0.12, 0.35 + random() * 0.3].map((shift, at) =>
		colorOf((hue + shift) % 1, 0.55 + random() * 0.35, 0.16 + at * 0.24 + random() * 0.1),
	);
	return Array.from({ length: 256 }, (_unused, index) => {
		const place = (index / 256) * (stops.length - 1);
		const [from, to] = [stops[Math.floor(place)] as Color, stops[Math.floor(place) + 1] as Color];
		const share = place - Math.floor(place);
		return from.map((value, at) => value + ((to[at] ?? 0) - value) * share) as Color;
	});
}

function wave(length: number, turns: number, phase: number): Float32Array {
	return Float32Array.from({ length }, (_unused, at) => Math.sin((at / length) * turns * 6.2832 + phase));
}

/**
 * A picture whose colours come from the text and whose shapes come from text and seed together: the
 * same input gives the same bytes. Waves are looked up in tables, so that 1024x1024 takes milliseconds.
 */
export function paint({ seed, text }: Recipe, width: number, height: number): Picture {
	const palette = gradient(seededRandom('palette', text));
	const random = seededRandom('shapes', text, seed);
	const across = wave(3 * width, 3 * (0.6 + random() * 1.6), random() * 6.3);
	const down = wave(height, 0.6 + random() * 1.6, random() * 6.3);
	const fine = wave(width + height, 1 + random() * 3, random() * 6.3);
	const bend = wave(height, 1 + random() * 2, random() * 6.3);
	const sway = (0.05 + random() * 0.2) * width;
	const orbs: Orb[] = Array.from({ length: 2 + Math.floor(random() * 4) }, () => ({
		x: random() * width,
		y: random() * height,
		radius: (0.06 + random() * 0.2) * Math.min(width, height),
		color: colorOf(random(), 0.7, 0.65),
	}));
	const rgb = new Uint8Array(width * height * 3);
	for (let y = 0, at = 0; y < height; y++) {
		const shift = Math.floor((bend[y] ?? 0) * sway) + width;
		for (let x = 0; x < width; x++, at += 3) {
			const sum = (across[x + shift] ?? 0) + (down[y] ?? 0) + (fine[x + y] ?? 0);
			const color = palette[Math.min(255, Math.floor(((sum + 3) / 6) * 256))] as Color;
			rgb[at] = color[0];
			rgb[at + 1] = color[1];
			rgb[at + 2] = color[2];
		}
	}
	const picture = { width, height, rgb };
	for (const orb of orbs) drawOrb(picture, orb);
	return picture;
}

/** A soft ball that is brighter towards its upper left. */
function drawOrb({ width, height, rgb }: Picture, orb: Orb): void {
	const [left, right] = [Math.max(0, Math.floor(orb.x - orb.radius)), Math.min(width, orb.x + orb.radius)];
	const [top, bottom] = [Math.max(0, Math.floor(orb.y - orb.radius)), Math.min(height, orb.y + orb.radius)];
	for (let y = top; y < bottom; y++) {
		for (let x = left; x < right; x++) {
			const [dx, dy] = [(x - orb.x) / orb.radius, (y - orb.y) / orb.radius];
			const distance = dx * dx + dy * dy;
			if (distance >= 1) continue;
			const cover = Math.min(1, (1 - distance) * 4);
			const light = 0.75 - (dx + dy) * 0.3;
			const at = (y * width + x) * 3;
			for (let channel = 0; channel < 3; channel++) {
				const under = rgb[at + channel] ?? 0;
				const over = Math.max(0, Math.min(255, (orb.color[channel] ?? 0) * light));
				rgb[at + channel] = under + (over - under) * cover;
			}
		}
	}
}
