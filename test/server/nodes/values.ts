import type { Picture } from '../pictures/Picture';

/** What flows through IMAGE links: a batch. */
export type Images = Picture[];

export interface Model {
	name: string;
}

export interface Conditioning {
	text: string;
}

/** A latent knows how to become pictures; `base` is what was encoded into it. */
export interface Latent {
	width: number;
	height: number;
	batch: number;
	base?: Images;
	recipe?: { seed: unknown; text: string; share: number };
}

export interface Video {
	frames: Images;
	fps: number;
}

export interface Audio {
	seconds: number;
}

export interface Mesh {
	size: number;
}

export function asNumber(value: unknown, fallback = 0): number {
	return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : fallback;
}

export function asText(value: unknown, fallback = ''): string {
	return typeof value === 'string' ? value : fallback;
}

export function isPictures(value: unknown): value is Images {
	return Array.isArray(value) && value.length > 0 && (value[0] as Picture).rgb instanceof Uint8Array;
}
