import fc from 'fast-check';
import { ComfyUiClient } from '../../nodes/client';
import { joinUrl, parseAddress, segment, readBaseUrl } from '../../nodes/client/transport/address';
import { properties, property } from './support/property';
import { ending, resultOf } from './support/typed';
import { weirdText } from './support/weird';

const address = fc.oneof(
	weirdText,
	fc.webUrl({ withFragments: true, withQueryParameters: true }),
	fc
		.tuple(fc.constantFrom('http', 'https', 'ws', 'file', 'javascript', ''), weirdText, weirdText, weirdText)
		.map(([scheme, user, host, path]) => `${scheme}://${user}:${user}@${host}/${path}?a=${path}#${user}`),
	fc.tuple(fc.webUrl(), fc.nat(), weirdText).map(([url, at, text]) => {
		const place = at % url.length;
		return url.slice(0, place) + text + url.slice(place);
	}),
);
const BASE = 'http://comfy.test:8188/prefix';
const name = fc.oneof(
	weirdText,
	fc
		.array(fc.constantFrom('..', '.', '/', '\\', '%2e', '%2F', '?', '#', 'a', '\u0000', ':'), {
			maxLength: 8,
		})
		.map((all) => all.join('')),
);

properties('URLs', () => {
	property('any text is a server address without secrets, or refused', address, 2_000, async (text) => {
		for (const read of [() => parseAddress(text), () => readBaseUrl(text, /\/api$/)]) {
			const found = await resultOf(read);
			if (!found) continue;
			const url = new URL(found.base);
			expect(['http:', 'https:']).toContain(url.protocol);
			expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', '']);
			expect(found.base.endsWith('/')).toBe(false);
		}
		await ending(() => ComfyUiClient.connect({ url: text, headers: { 'x-key': text } }));
	});

	property(
		'a refused address does not repeat the password in it',
		fc.tuple(address, fc.uuid()),
		500,
		async (given) => {
			const [text, password] = given;
			const error = await ending(() => parseAddress(text.replace('://', `://user:${password}@`)));
			if (error instanceof Error) expect(error.message + String(error.stack)).not.toContain(password);
		},
	);

	property('a name is one segment of a path and leads nowhere else', name, 1_500, async (text) => {
		const part = await resultOf(() => segment(text, 'name'));
		if (part === undefined) return;
		const url = new URL(joinUrl(BASE, `/api/models/${part}`));
		expect(url.pathname.split('/')).toHaveLength(5);
		expect(url.pathname.startsWith('/prefix/api/models/')).toBe(true);
		expect([url.search, url.hash]).toEqual(['', '']);
	});

	property(
		'the address of a file stays at /api/view',
		fc.tuple(name, name),
		1_000,
		([filename, subfolder]) => {
			const client = ComfyUiClient.connect({ url: BASE });
			const url = new URL(client.host.files.fileUrl({ filename, subfolder, type: 'output' }) as string);
			expect(`${url.origin}${url.pathname}`).toBe(`${BASE}/api/view`);
			const wellFormed = filename.replace(/\p{Surrogate}/gu, '\uFFFD');
			expect(url.searchParams.get('filename')).toBe(wellFormed);
			expect(url.searchParams.getAll('type')).toEqual(['output']);
		},
	);
});
