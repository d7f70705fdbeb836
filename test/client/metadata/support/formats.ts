import { avif, box, brand, iTunes, keyed, mp4, mp4Of } from './iso';
import { mp3 } from './id3';
import { glb, safetensors } from './models';
import { webm } from './matroska';
import { jpeg, webp } from './pictures';
import { animated, international, packed, png, pngOf } from './png';
import { flac, oggFlac, opus, vorbis } from './sound';
import { both } from './texts';

/** A file of every format with these two texts. */
export function everyFormat({ prompt, workflow } = both): Array<[format: string, file: Buffer]> {
	const texts = { prompt, workflow };
	const comment = JSON.stringify(texts);
	return [
		['PNG', png(texts)],
		['animated PNG', pngOf([], [animated('prompt', prompt), animated('workflow', workflow)])],
		['compressed PNG', pngOf([packed('prompt', prompt), international('workflow', workflow, true)])],
		['WebP', webp(texts)],
		['JPEG', jpeg(texts)],
		['AVIF', avif(texts)],
		['MP4', mp4(texts)],
		['MP4 with a comment', mp4Of(iTunes(comment))],
		['MOV', mp4Of(box('meta', ...keyed(texts)), { last: true, brandName: 'qt  ' })],
		['MOV of old', Buffer.concat([box('wide'), mp4(texts).subarray(brand('isom').length)])],
		['WebM', webm({ PROMPT: prompt, WORKFLOW: workflow })],
		['Matroska with a comment', webm({ COMMENT: comment })],
		['FLAC', flac(texts)],
		['MP3', mp3(texts)],
		['Opus', opus(texts)],
		['Vorbis', vorbis(texts)],
		['FLAC in Ogg', oggFlac(texts)],
		['GLB', glb(texts)],
		['safetensors', safetensors(texts)],
	];
}
