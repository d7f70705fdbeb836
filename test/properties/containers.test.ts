import fc from 'fast-check';
import { readMetadata, readWorkflowFile } from '../../nodes/client';
import { inPortions } from '../client/metadata/support/feeds';
import { everyFormat } from '../client/metadata/support/formats';
import { realFiles } from './support/fixtures';
import { mutatedBytes } from './support/mutateBytes';
import { properties, property } from './support/property';
import { ending } from './support/typed';

const node = { class_type: 'A', inputs: { text: 'ü' } };
const texts = { prompt: JSON.stringify({ '1': node }), workflow: JSON.stringify({ nodes: [], links: [] }) };
const small = everyFormat(texts).map(([, file]) => file);

properties('containers', () => {
	property(
		'changed files of every format are read, or refused in words',
		mutatedBytes(small),
		2_500,
		async (file) => {
			const found = await ending(() => readWorkflowFile(file));
			const inPieces = await ending(() => readWorkflowFile(inPortions(file, 37)));
			expect(String(inPieces)).toEqual(String(found));
		},
	);

	property('changed files of real encoders too', mutatedBytes(realFiles()), 800, async (file) => {
		const found = await ending(() => readMetadata(file));
		if (!(found instanceof Error))
			for (const text of Object.values(found)) expect(typeof text).toBe('string');
		await ending(() => readWorkflowFile(file));
	});

	property(
		'a file reads the same in portions of any size',
		fc.tuple(mutatedBytes(small, 2), fc.integer({ min: 1, max: 99 })),
		600,
		async ([file, size]) => {
			const found = await ending(() => readMetadata(file));
			expect(await ending(() => readMetadata(inPortions(file, size)))).toEqual(found);
		},
	);

	property('any bytes are refused in words', fc.uint8Array({ maxLength: 300 }), 500, async (bytes) => {
		await ending(() => readWorkflowFile(bytes));
		await ending(() => readMetadata(bytes, { filename: 'a.png' }));
	});
});
