import type { ApiWorkflow } from '../../../nodes/client';

/** Differs from run to run: the names of files, and colours that no cache of the server has. */
const RUN = Math.random().toString(36).slice(2, 8);
let color = Math.floor(Math.random() * 0xffffff);

/** A file name prefix that no other run of these tests uses. */
export const unique = (prefix: string) => `${prefix}_${RUN}`;

export const canvas = (width = 32, height = 16) => ({
	class_type: 'EmptyImage',
	inputs: { width, height, batch_size: 1, color: (color = (color + 1237) & 0xffffff) },
	_meta: { title: 'Canvas' },
});

export const save = (from: string, prefix = unique('saved')) => ({
	class_type: 'SaveImage',
	inputs: { images: [from, 0], filename_prefix: prefix },
	_meta: { title: 'Save Picture' },
});

export const load = (image: string) => ({ class_type: 'LoadImage', inputs: { image } });

export const fail = (from: string, msg: string) => ({
	class_type: 'TFail',
	inputs: { image: [from, 0], msg },
	_meta: { title: 'Fragile Node' },
});

/** A node that takes this long, in steps, and cannot be in a cache. */
export const sleep = (seconds: number, steps: number, from?: string) => ({
	class_type: 'TSleep',
	inputs: { seconds, steps, seed: Math.floor(Math.random() * 1e9), ...(from && { image: [from, 0] }) },
});

/** One new picture, saved. */
export function picture(prefix = unique('picture')): ApiWorkflow {
	return { '1': canvas(), '2': save('1', prefix) };
}

/** A picture that takes this long. */
export function slow(seconds: number, steps = 5): ApiWorkflow {
	return { '1': sleep(seconds, steps), '2': save('1', unique('slow')) };
}
