import { isSafeToSend, sanitize } from '../../../nodes/client/protocol/safeToSend';
import type { ApiNode, ApiWorkflow } from '../../../nodes/client';

const bare = { '1': { class_type: 'KSampler' } } as unknown as ApiWorkflow;

test('a node without inputs gets some, without changing what was given', () => {
	expect(sanitize(bare)).toEqual({ '1': { class_type: 'KSampler', inputs: {} } });
	expect(bare).toEqual({ '1': { class_type: 'KSampler' } });
});

test('what is safe already is returned as it is', () => {
	const safe = sanitize(bare);
	expect(isSafeToSend(bare)).toBe(false);
	expect(isSafeToSend({ ...safe })).toBe(false);
	expect(isSafeToSend(safe)).toBe(true);
	expect(sanitize(safe)).toBe(safe);
});

test('what is safe stays safe: no node can be added, replaced or robbed of its inputs', () => {
	const safe = sanitize(bare);
	expect(() => Object.assign(safe, { '2': {} })).toThrow(TypeError);
	expect(() => delete (safe['1'] as Partial<ApiNode>).inputs).toThrow(TypeError);
});
