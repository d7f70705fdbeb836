import { startBeside } from './helperProcess';
import { memoryGrowth, mib, report, startEngine, type } from './setup';

const SIZE = 1024 ** 3;

/** Memory while Get Images brings a 1 GiB video into n8n's filesystem store. */
async function main(): Promise<void> {
	const server = await startBeside('bigFiles.ts');
	const engine = await startEngine();
	const fetchFile = async (bytes: number) => {
		const run = await engine.run({
			nodes: [
				{ name: 'Get', type: type('GetImages'), parameters: { source: 'files', files: `=["${bytes}.mp4"]` } },
			],
			credentials: { comfyUiApi: { url: server.url } },
		});
		const [item] = run.items('Get');
		if (run.status !== 'success' || item.json.size !== bytes)
			throw new Error(run.error?.message ?? 'wrong size');
	};
	for (let round = 0; round < 5; round++) await fetchFile(4 * 1024 ** 2);
	const growth = await memoryGrowth(async () => await fetchFile(SIZE));
	await engine.stop();
	server.stop();
	report(`1 GiB into the filesystem store: memory grew by ${mib(growth)} (aim: at most 64 MiB)`);
}

void main();
