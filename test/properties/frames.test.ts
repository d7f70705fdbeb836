import fc from 'fast-check';
import { JobRecord } from '../../nodes/client/jobs/JobRecord';
import { parseFrame } from '../../nodes/client/protocol/frames';
import { frames } from './support/fixtures';
import { mutatedBytes } from './support/mutateBytes';
import { properties, property } from './support/property';

properties('binary frames', () => {
	property(
		'any bytes are a frame or none, wherever in memory they lie',
		fc.tuple(fc.oneof(mutatedBytes(frames), fc.uint8Array({ maxLength: 60 }).map(Buffer.from)), fc.nat(9)),
		2_000,
		([bytes, before]) => {
			const frame = parseFrame(bytes);
			const moved = parseFrame(Buffer.concat([Buffer.alloc(before, 7), bytes]).subarray(before));
			expect(moved?.kind).toBe(frame?.kind);
			if (frame?.kind === 'image') expect(frame.data.byteLength).toBeLessThanOrEqual(bytes.length);
			if (!frame) return;
			const record = new JobRecord('id');
			record.applyFrame(frame);
			expect(typeof JSON.stringify(record.progress())).toBe('string');
		},
	);
});
