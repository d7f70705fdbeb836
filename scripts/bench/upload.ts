import { Readable } from 'node:stream';
import { startBeside } from './helperProcess';
import { memoryGrowth, mib, report, startEngine, type } from './setup';

const SIZE = 100 * 1000 * 1000;
const CHUNK = Buffer.alloc(250_000, 7);

/** Memory while Upload Image sends 100 MB out of n8n's filesystem store. */
async function main(): Promise<void> {
	const server = await startBeside('bigFiles.ts');
	const engine = await startEngine();
	const upload = async (bytes: number) => {
		const data = Readable.from(
			(function* () {
				for (let left = bytes; left > 0; left -= CHUNK.length) yield CHUNK;
			})(),
		);
		let growth = 0;
		// The file is in the store before the node runs: only the upload itself counts.
		const run = await engine.run({
			nodes: [
				{ name: 'Start', type: 'test.input' },
				{ name: 'Upload', type: type('UploadImage') },
			],
			credentials: { comfyUiApi: { url: server.url } },
			input: [{ json: {}, binary: { data: { data, fileName: 'video.mp4', mimeType: 'video/mp4' } } }],
			onNode: (name) => {
				if (name === 'Upload')
					void memoryGrowth(async () => await uploaded).then((grown) => (growth = grown));
			},
		});
		done();
		await uploaded;
		const sent = Number(String(run.items('Upload')[0]?.json.name).split('.')[0]);
		if (run.status !== 'success' || sent < bytes) throw new Error(run.error?.message ?? 'not all was sent');
		await new Promise(setImmediate);
		return growth;
	};
	let done = () => {};
	let uploaded = new Promise<void>((resolve) => (done = resolve));
	for (let round = 0; round < 5; round++) {
		await upload(4_000_000);
		uploaded = new Promise<void>((resolve) => (done = resolve));
	}
	const growth = await upload(SIZE);
	await engine.stop();
	server.stop();
	report(`100 MB out of the filesystem store: memory grew by ${mib(growth)} (aim: at most 64 MiB)`);
}

void main();
