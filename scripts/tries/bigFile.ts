import { startBeside } from '../bench/helperProcess';
import { memoryGrowth } from '../bench/setup';
import { mib, runScript, startEngine, tell, type } from './setup';

const SIZE = Number(process.argv[2] ?? 2 * 1024 ** 3);

/** A file through Get Images into n8n's filesystem store, and out of it through Upload Image. */
runScript(async () => {
	const server = await startBeside('bigFiles.ts');
	const engine = await startEngine();
	const run = async (bytes: number) => {
		const result = await engine.run({
			nodes: [
				{ name: 'Get', type: type('GetImages'), parameters: { source: 'files', files: `=["${bytes}.mp4"]` } },
				{ name: 'Upload', type: type('UploadImage') },
			],
			credentials: { comfyUiApi: { url: server.url } },
		});
		const [got] = result.items('Get');
		const sent = Number(String(result.items('Upload')[0]?.json.name).split('.')[0]);
		// What the server counts is the whole form: the file and a few hundred bytes.
		if (got?.json.size !== bytes || !(sent >= bytes && sent < bytes + 2000))
			throw new Error(result.error?.message ?? `${got?.json.size} bytes came and ${sent} went of ${bytes}`);
	};
	for (let round = 0; round < 5; round++) await run(4 * 1024 ** 2);
	const growth = await memoryGrowth(async () => await run(SIZE));
	await engine.stop();
	server.stop();
	const { maxRSS } = process.resourceUsage();
	tell(
		`${SIZE} bytes down and up: memory grew by ${mib(growth)}, and was never above ${mib(maxRSS * 1024)} in all`,
	);
});
