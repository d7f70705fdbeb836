import { Readable } from 'node:stream';
import { readMetadata } from '../../../nodes/client/metadata/readMetadata';
import { readWorkflowFile } from '../../../nodes/client/metadata/readWorkflowFile';
import { Watched } from './support/feeds';
import { everyFormat } from './support/formats';
import { box, brand, keyed, VERSION } from './support/iso';
import { blocks, element, endless, head, IDS, tags } from './support/matroska';
import { big32, big64, latin1, little32 } from './support/numbers';
import { exif } from './support/exif';
import { png, pngOf } from './support/png';
import { both, foundBoth, promptText, workflowText } from './support/texts';

const GIGABYTE = 1024 ** 3;

/** Zeros, without memory for them. Nobody could keep as many as the tests ask for. */
function* zeros(length: number): Generator<Uint8Array> {
	const portion = new Uint8Array(4 * 1024 ** 2);
	for (let left = length; left > 0; left -= portion.length)
		yield portion.subarray(0, Math.min(left, portion.length));
}

async function* oneAfterTheOther(
	...parts: Array<Uint8Array | Generator<Uint8Array>>
): AsyncGenerator<Uint8Array> {
	for (const part of parts) {
		if (part instanceof Uint8Array) yield part;
		else yield* part;
	}
}

describe('what is far behind in a stream is found', () => {
	const moov = box('moov', box('meta', VERSION, ...keyed(both)));
	const size = 20 * GIGABYTE;

	test.each<[string, () => AsyncGenerator<Uint8Array>]>([
		[
			'MP4, behind 20 GB of pictures',
			() => oneAfterTheOther(brand('isom'), latin1('\0\0\0\u0001mdat'), big64(16 + size), zeros(size), moov),
		],
		[
			'Matroska, behind 20 GB of pictures',
			() =>
				oneAfterTheOther(
					Buffer.concat([
						head,
						endless(IDS.segment),
						Buffer.from('1f43b67501', 'hex'),
						big64(size).subarray(1),
					]),
					zeros(size),
					tags(both),
				),
		],
		[
			'WebP, behind 4 GB of pictures',
			() =>
				oneAfterTheOther(
					Buffer.concat([latin1('RIFF\0\0\0\0WEBPANMF'), little32(0xffff_fff0)]),
					zeros(0xffff_fff0),
					Buffer.concat([latin1('EXIF'), little32(exif(both).length), exif(both)]),
				),
		],
		[
			'PNG, behind 20 GB of pixels',
			() => {
				const length = 0x7fff_fff0;
				const header = Buffer.concat([big32(length), latin1('IDAT')]);
				const chunks = Array.from({ length: 10 }, () => [header, zeros(length + 4)]).flat();
				return oneAfterTheOther(pngOf([]).subarray(0, 33), ...chunks, png(both).subarray(33));
			},
		],
	])('%s', async (_where, make) => {
		expect(await readWorkflowFile(make())).toEqual(foundBoth);
	});
});

describe('reading stops as soon as nothing more can come', () => {
	test.each(everyFormat())(
		'%s: the rest is not asked for, and the stream is closed',
		async (_format, file) => {
			const watched = new Watched(oneAfterTheOther(file, zeros(20 * GIGABYTE)));
			expect(await readWorkflowFile(watched)).toEqual(foundBoth);
			expect(watched.given).toBeLessThan(file.length + 8 * 1024 ** 2);
			expect(watched.closed).toBe(1);
		},
	);

	test('models: what they are made of is not read when there is no workflow', async () => {
		const header = Buffer.from('{"__metadata__":{"format":"pt"}}');
		const watched = new Watched(
			oneAfterTheOther(big64(header.length).reverse(), header, zeros(20 * GIGABYTE)),
		);
		expect(await readMetadata(watched)).toEqual({ format: 'pt' });
		expect(watched.given).toBeLessThan(5 * 1024 ** 2);
		expect(watched.closed).toBe(1);
	});

	test('WebM with a prompt only: the pictures are not read', async () => {
		const start = Buffer.concat([head, endless(IDS.segment, tags({ PROMPT: promptText }))]);
		const watched = new Watched(oneAfterTheOther(start, endless(IDS.cluster, ...blocks), zeros(GIGABYTE)));
		expect((await readWorkflowFile(watched)).workflow).toEqual(foundBoth.workflow);
		expect(watched.given).toBeLessThan(10_000);
	});

	test('an unknown kind: only the first bytes are read', async () => {
		const watched = new Watched(zeros(GIGABYTE));
		await expect(readWorkflowFile(watched)).rejects.toMatchObject({ code: 'invalid-workflow' });
		expect(watched.given).toBeLessThan(8 * 1024 ** 2);
		expect(watched.closed).toBe(1);
	});

	test('a stream of Node.js is destroyed', async () => {
		const stream = Readable.from(oneAfterTheOther(png(both), zeros(GIGABYTE)));
		expect(await readWorkflowFile(stream)).toEqual(foundBoth);
		expect(stream.destroyed).toBe(true);
	});

	test('a stream of the web is cancelled', async () => {
		let cancelled = false;
		const stream = new ReadableStream<Uint8Array>({
			pull: (controller) => controller.enqueue(png(both)),
			cancel: () => void (cancelled = true),
		});
		expect(await readWorkflowFile(stream as unknown as AsyncIterable<Uint8Array>)).toEqual(foundBoth);
		expect(cancelled).toBe(true);
	});

	test('a workflow that cannot be read closes the stream as well', async () => {
		const watched = new Watched(oneAfterTheOther(png({ prompt: '{', workflow: '{' }), zeros(GIGABYTE)));
		await expect(readWorkflowFile(watched)).rejects.toMatchObject({ code: 'invalid-workflow' });
		expect(watched.closed).toBe(1);
	});
});

describe('a stream that breaks', () => {
	test('its error comes out as it is', async () => {
		const failure = new Error('the disk is gone');
		const broken = async function* () {
			yield png({ prompt: promptText }).subarray(0, 60);
			throw failure;
		};
		await expect(readWorkflowFile(broken())).rejects.toBe(failure);
	});

	test('a signal that fired before stops everything', async () => {
		const signal = AbortSignal.abort();
		await expect(readWorkflowFile(png(both), { signal })).rejects.toMatchObject({ code: 'aborted' });
		const stream = Readable.from([png(both)]);
		await expect(readWorkflowFile(stream, { signal })).rejects.toMatchObject({ code: 'aborted' });
		expect(stream.destroyed).toBe(true);
	});

	test('a signal stops waiting for a stream that is stuck', async () => {
		const controller = new AbortController();
		const stream = new Readable({ read() {} });
		stream.push(png(both).subarray(0, 50));
		const reading = readWorkflowFile(stream, { signal: controller.signal });
		setImmediate(() => controller.abort());
		await expect(reading).rejects.toMatchObject({ code: 'aborted' });
		expect(stream.destroyed).toBe(true);
	});

	test('what is found before the end is kept', async () => {
		const file = png({ workflow: workflowText, prompt: promptText });
		const start = file.subarray(0, file.indexOf('tEXtprompt') + 20);
		expect(await readWorkflowFile(new Blob([start]))).toEqual({ uiWorkflow: foundBoth.uiWorkflow });
	});
});

test('elements are counted, so that no file keeps its reader busy', async () => {
	const block = element(0xec);
	const many = Buffer.alloc(1024 ** 2, block);
	const watched = new Watched(
		oneAfterTheOther(head, endless(IDS.segment), ...Array.from({ length: 10 }, () => many)),
	);
	await expect(readWorkflowFile(watched)).rejects.toMatchObject({ code: 'invalid-workflow' });
	expect(watched.given).toBeLessThan(5 * many.length);
});
