import { parseFrame } from '../../../nodes/client/protocol/frames';
import { parseMessage } from '../../../nodes/client/protocol/messages';

function uint32(...values: number[]): Buffer {
	return Buffer.concat(
		values.map((value) => {
			const bytes = Buffer.alloc(4);
			bytes.writeUInt32BE(value);
			return bytes;
		}),
	);
}
const JPEG = Buffer.from([0xff, 0xd8, 1, 2]);
const PNG = Buffer.from([0x89, 0x50, 1, 2]);
const framed = (type: number, head: string, rest: Buffer | string) =>
	Buffer.concat([uint32(type, Buffer.byteLength(head)), Buffer.from(head), Buffer.from(rest as string)]);

describe('a binary frame', () => {
	test.each<[string, Buffer, object]>([
		[
			'a JPEG preview',
			Buffer.concat([uint32(1, 1), JPEG]),
			{ kind: 'image', mimeType: 'image/jpeg', data: JPEG },
		],
		['a PNG', Buffer.concat([uint32(1, 2), PNG]), { kind: 'image', mimeType: 'image/png', data: PNG }],
		['a text', framed(3, '57:ü', 'läuft'), { kind: 'text', nodeId: '57:ü', text: 'läuft' }],
		['an empty text', framed(3, '', ''), { kind: 'text', nodeId: '', text: '' }],
		[
			'a preview that names its job',
			framed(4, '{"prompt_id":"p","node_id":"1.0.2","display_node_id":"1","image_type":"image/png"}', PNG),
			{ kind: 'image', mimeType: 'image/png', promptId: 'p', nodeId: '1', data: PNG },
		],
		[
			'a preview whose metadata says little',
			framed(4, '{"node_id": "7", "prompt_id": NaN}', JPEG),
			{ kind: 'image', mimeType: 'image/jpeg', promptId: undefined, nodeId: '7', data: JPEG },
		],
	])('of %s is read', (_what, bytes, frame) => {
		expect(parseFrame(bytes)).toEqual(frame);
		const inside = Buffer.concat([Buffer.from([9, 9, 9]), bytes]).subarray(3);
		expect(parseFrame(inside)).toEqual(frame);
	});

	test.each<[string, Buffer]>([
		['empty', Buffer.alloc(0)],
		['too short', uint32(1)],
		['of an unknown type', Buffer.concat([uint32(99, 1), JPEG])],
		['of the type that never travels', Buffer.concat([uint32(2, 1), JPEG])],
		['a text that claims to be longer', uint32(3, 5)],
		['metadata that claims to be longer', Buffer.concat([uint32(4, 0xffffffff), JPEG])],
		['metadata that is no JSON', framed(4, 'x', JPEG)],
		['something else behind the type of pictures', Buffer.concat([uint32(1, 1), Buffer.from('VHS')])],
	])('that is %s is nothing', (_what, bytes) => expect(parseFrame(bytes)).toBeUndefined());
});

describe('a text frame', () => {
	const p = { prompt_id: 'p' };
	test.each<[string, object]>([
		['status', { status: { exec_info: { queue_remaining: 1 } }, sid: 'x' }],
		['execution_start', p],
		['execution_cached', { ...p, nodes: [] }],
		['executing', { ...p, node: '1' }],
		['executing', { node: '1' }],
		['executing', { ...p, node: null }],
		['progress', { value: 0.5, max: 1 }],
		['progress_state', { ...p, nodes: {} }],
		['executed', { ...p, node: '1', output: null }],
		['execution_success', p],
		['execution_error', p],
		['execution_interrupted', p],
		['feature_flags', {}],
	])('%s is read: %j', (type, data) => {
		expect(parseMessage(JSON.stringify({ type, data }))).toEqual({ type, data });
	});

	test('with NaN inside is read', () => {
		expect(
			parseMessage('{"type":"executed","data":{"prompt_id":"p","node":"1","output":{"a":[NaN]}}}'),
		).toMatchObject({ data: { output: { a: [null] } } });
	});

	test.each([
		'x',
		'null',
		'[]',
		'5',
		'{}',
		'{"type":"status"}',
		'{"type":5,"data":{}}',
		'{"type":"constructor","data":{"prompt_id":"p"}}',
		'{"type":"crystools.monitor","data":{}}',
		'{"type":"status","data":[]}',
		'{"type":"executed","data":{"node":"1"}}',
		'{"type":"execution_cached","data":{"prompt_id":"p"}}',
		'{"type":"executing","data":{"prompt_id":"p"}}',
		'{"type":"progress","data":{"value":NaN,"max":1}}',
		'{"type":"progress_state","data":{"prompt_id":"p","nodes":{"1":null}}}',
	])('%s is nothing', (text) => expect(parseMessage(text)).toBeUndefined());
});
