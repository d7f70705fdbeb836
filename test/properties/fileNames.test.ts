import fc from 'fast-check';
import type { IExecuteFunctions } from 'n8n-workflow';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { ComfyUiClient } from '../../nodes/client';
import { extensionOf, mediaOf } from '../../nodes/client/core/media';
import { encodeForm } from '../../nodes/client/transport/multipart';
import { plainName } from '../../nodes/shared/files/binary';
import { downloadFile } from '../../nodes/shared/files/download';
import { nodeOf } from '../engine-harness/support/nodeOf';
import { Engine } from '../support/engine';
import { properties, property } from './support/property';
import { ending, resultOf } from './support/typed';
import { weirdText } from './support/weird';
import { contentName } from '../../nodes/shared/files/uploadFile';

const name = fc.oneof(
	weirdText,
	fc
		.array(
			fc.constantFrom(
				'..',
				'.',
				'/',
				'\\',
				'\u202E',
				'\r\n',
				'\u0000',
				'a',
				'x'.repeat(300),
				'😀'.repeat(90),
				'ä',
				'\uD83D',
				':',
				'"',
				'.png',
			),
			{ maxLength: 6 },
		)
		.map((all) => all.join('')),
	weirdText.map((text) => `${text}.png`),
);

/** What file systems, headers and people can take. */
function expectPlain(text: string): void {
	expect(text).not.toMatch(/[\\/\p{Cc}\p{Cf}:*?"<>|]/u);
	expect(text.length).toBeGreaterThan(0);
	expect(Buffer.byteLength(text)).toBeLessThanOrEqual(200);
	expect(text).not.toMatch(/\p{Surrogate}/u);
	expect(text).not.toMatch(/^\.*$/);
}

interface Wanted {
	filename: string;
	stem: string;
}
/** The content of each downloaded file. No other program on the machine writes it. */
const downloaded = `a file of this test, in process ${process.pid}`;
let wanted: Wanted[] = [];
let named: Array<string | undefined> = [];
const probe = nodeOf(async function (this: IExecuteFunctions) {
	const body = Buffer.from(downloaded);
	const transport = { send: async () => ({ status: 200, headers: {}, body: Readable.from([body]) }) };
	const client = ComfyUiClient.connect({ url: 'http://comfy.test', transport });
	for (const { filename, stem } of wanted) {
		const file = { filename, subfolder: '../..', type: 'output' as const };
		const { binary, fileName } = await downloadFile(this, client, file, {}, stem || undefined);
		named.push(binary.fileName, fileName);
	}
	return [[]];
});

properties('file names', () => {
	let engine: Engine;
	beforeAll(async () => {
		engine = await Engine.start({ nodeTypes: { 'probe.download': probe }, credentialTypes: {} });
	});
	afterAll(async () => await engine.stop());

	property('any name becomes a plain one', name, 2_000, (text) => {
		expectPlain(plainName(text));
		expect(plainName(plainName(text))).toBe(plainName(text));
		expect(typeof mediaOf(text).mimeType).toBe('string');
	});

	property(
		'what is uploaded without a name of its own has a short one',
		fc.tuple(name, name),
		1_000,
		async (given) => {
			const [fileName, mimeType] = given;
			const made = await contentName({ fileName, mimeType, open: async () => Buffer.from(fileName) });
			expectPlain(made);
			expect(Buffer.byteLength(made)).toBeLessThanOrEqual(255);
			expect(made).not.toContain('..');
			expect(extensionOf(made)).toBe(extensionOf(plainName(fileName)) || extensionOf(made));
		},
	);

	property('an upload names no other folder', fc.tuple(name, name), 1_000, async ([filename, subfolder]) => {
		const sent: string[] = [];
		const transport = {
			send: async () => {
				sent.push(filename, subfolder);
				return { status: 200, headers: {}, body: Readable.from([Buffer.from('{"name":"x"}')]) };
			},
		};
		const client = ComfyUiClient.connect({ url: 'http://comfy.test', transport });
		const stream = Readable.from([Buffer.from('x')]);
		await ending(() => client.uploadImage({ data: stream, filename, subfolder }));
		if (sent.length === 0) return;
		expect(filename).not.toMatch(/[\\/\p{Cc}]/u);
		expect(path.posix.resolve('/input', subfolder.replaceAll('\\', '/')).startsWith('/input')).toBe(true);
	});

	property(
		'a name cannot end a header or a part of a form',
		fc.tuple(name, name),
		600,
		async ([filename, value]) => {
			const data = Buffer.from('x');
			const form = encodeForm({
				kind: 'multipart',
				fields: { a: value },
				file: { field: 'image', filename, contentType: 'image/png', data },
			});
			const head = String((await resultOf(async () => await first(form.body))) ?? '');
			const lines = head.split('\r\n').filter((line) => /^content-disposition:.*filename=/i.test(line));
			if (!/filename=/i.test(value)) expect(lines).toHaveLength(1);
		},
	);

	property(
		'downloads stay within the store of n8n',
		fc.array(fc.record({ filename: name, stem: name }), { minLength: 5, maxLength: 20 }),
		60,
		async (all) => {
			wanted = all;
			named = [];
			const run = await engine.run({ nodes: [{ name: 'Get', type: 'probe.download' }] });
			expect(run.error).toBeUndefined();
			expect(named).toHaveLength(all.length * 2);
			named.forEach((one) => expectPlain(one as string));
			const around = [tmpdir(), process.cwd(), path.dirname(process.cwd())];
			expect(around.flatMap(downloadsIn)).toEqual([]);
		},
	);
});

/** The downloaded files that lie in a folder. The content tells them from what other tests make there. */
const downloadsIn = (folder: string) =>
	readdirSync(folder)
		.map((entry) => path.join(folder, entry))
		.filter((file) => {
			const found = statSync(file, { throwIfNoEntry: false });
			if (!found?.isFile() || found.size !== Buffer.byteLength(downloaded)) return false;
			return readFileSync(file, 'utf8') === downloaded;
		});

async function first(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
	for await (const chunk of body) return Buffer.from(chunk);
	return Buffer.alloc(0);
}
