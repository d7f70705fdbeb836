import { joinUrl, parseAddress, parseServerUrl, segment } from '../../../nodes/client/transport/address';
import { toConnectionError } from '../../../nodes/client/transport/connectionErrors';
import { caught } from '../support/caught';

describe('a server URL is read as people type it', () => {
	test.each([
		['http://127.0.0.1:8188', 'http://127.0.0.1:8188'],
		['  http://127.0.0.1:8188/  ', 'http://127.0.0.1:8188'],
		['127.0.0.1:8188', 'http://127.0.0.1:8188'],
		['localhost:8188', 'http://localhost:8188'],
		['comfy.example.com', 'http://comfy.example.com'],
		['https://h/a/b//', 'https://h/a/b'],
		['HTTP://Host:80/X', 'http://host/X'],
		['ws://h:1', 'http://h:1'],
		['wss://h', 'https://h'],
		['http://[::1]:8188', 'http://[::1]:8188'],
		['http://u:p@h:1/x?a=1#frag', 'http://h:1/x'],
	])('%s is %s', (text, base) => expect(parseAddress(text).base).toBe(base));

	test.each([
		['http://h:8188/api', 'http://h:8188'],
		['http://h:8188/api/', 'http://h:8188'],
		['https://h/comfy/api?token=x', 'https://h/comfy'],
		['http://h/myapi', 'http://h/myapi'],
		['http://h/api/comfy', 'http://h/api/comfy'],
	])('%s is the server %s', (text, base) => expect(parseServerUrl(text).base).toBe(base));

	test.each([
		['http://ann:secret@h', 'ann:secret'],
		['http://%C3%A4nn:p%40w@h', 'änn:p@w'],
		['http://ann@h', 'ann:'],
		['http://ann:100%@h', 'ann:100%'],
	])('%s logs in as %s', (text, pair) => {
		expect(parseAddress(text).authorization).toBe(`Basic ${Buffer.from(pair).toString('base64')}`);
	});

	test('its query is kept apart', () => {
		expect(parseAddress('h/x?token=a%2Bb&c=')).toMatchObject({ query: { token: 'a+b', c: '' } });
		expect(parseAddress('h').authorization).toBeUndefined();
	});

	test.each(['', ' ', 'http://', 'ftp://h', 'file:///etc', 'http://a b', 'javascript://x'])(
		'%p is none',
		async (text) => {
			const error = await caught(() => parseAddress(text));
			expect([error.code, error.hint]).toEqual([
				'invalid-input',
				expect.stringContaining('http://127.0.0.1:8188'),
			]);
		},
	);

	test.each(['', ' \n'])('that %j is empty is said', async (text) => {
		expect((await caught(() => parseAddress(text))).message).toBe('The server URL is empty.');
	});
});

test.each([
	['http://h', '/api/x', {}, 'http://h/api/x'],
	['http://h/p', '/x', { a: 'b c', d: undefined, e: 0, f: false }, 'http://h/p/x?a=b+c&e=0&f=false'],
	['http://h', '/x', { a: '&=?/ü' }, 'http://h/x?a=%26%3D%3F%2F%C3%BC'],
])('%s and %s are joined', (base, path, query, url) => expect(joinUrl(base, path, query)).toBe(url));

describe('a segment of a path', () => {
	test.each([
		['a b/..', 'a%20b%2F..'],
		['...', '...'],
	])('of %j is %j', (text, encoded) => expect(segment(text, 'name')).toBe(encoded));

	test.each([
		['', 'The name is empty.'],
		[' ', 'The name is empty.'],
		['.', 'The name is ".", which is not a name.'],
		['..', 'The name is "..", which is not a name.'],
	])('cannot be %j', async (text, message) => {
		expect(await caught(() => segment(text, 'name'))).toMatchObject({ code: 'invalid-input', message });
	});
});

describe('why a connection failed', () => {
	const coded = (code: string) => Object.assign(new Error('secret https://u:p@h/?t=1'), { code });
	test.each<[string, unknown, string]>([
		['a code', coded('ECONNREFUSED'), 'refused'],
		['a code of the cause', new TypeError('fetch failed', { cause: coded('ENOTFOUND') }), 'dns'],
		[
			'a code that an older n8n calls httpCode',
			Object.assign(new Error('x'), { httpCode: 'ECONNREFUSED' }),
			'refused',
		],
		['a code among several', new AggregateError([coded('ECONNREFUSED')], 'all failed'), 'refused'],
		['a reset', coded('ECONNRESET'), 'reset'],
		['undici, body', coded('UND_ERR_BODY_TIMEOUT'), 'timeout'],
		['a timer', new DOMException('too late', 'TimeoutError'), 'timeout'],
		['a self-signed certificate', coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls'],
		['an expired certificate', coded('CERT_HAS_EXPIRED'), 'tls'],
		['another host in the certificate', coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls'],
		['an unknown issuer', new Error('unable to get local issuer certificate'), 'tls'],
		['n8n forbids it', new Error('Requests to this host are blocked'), 'blocked'],
		['text only', new Error('socket hang up'), 'reset'],
		['something else', coded('EWEIRD'), 'other'],
		['no error at all', 'x', 'other'],
		['nothing', undefined, 'other'],
	])('%s', (_what, error, reason) => {
		const found = toConnectionError(error, 'http://127.0.0.1:8188');
		expect(found).toMatchObject({ code: 'connection', reason });
		expect(`${found.message} ${found.hint}`).not.toMatch(/secret|u:p/);
	});

	test('errors that go in circles are read once', () => {
		const error: Error & { cause?: unknown } = new Error('x');
		error.cause = error;
		expect(toConnectionError(error, 'http://h')).toMatchObject({ reason: 'other' });
	});

	test('the signal of the caller wins, and our own errors stay as they are', () => {
		expect(toConnectionError(coded('ECONNRESET'), 'http://h', { signal: AbortSignal.abort() }).code).toBe(
			'aborted',
		);
		const own = toConnectionError(coded('ECONNRESET'), 'http://h');
		expect(toConnectionError(own, 'http://other', { signal: AbortSignal.abort() })).toBe(own);
	});
});
