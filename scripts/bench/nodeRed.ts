import path from 'node:path';
import { helper } from '../../test/node-red/support/helper';
import { startBeside } from './helperProcess';
import { job, ms, report, showStall, timed } from './setup';

const MESSAGES = 200;
const WARM_UP = 5;

/** Messages through comfyui-run in Node-RED's runtime, their files fetched, against the time that the server was busy. */
async function main(): Promise<void> {
	const server = await startBeside('littleServer.ts');
	const nodes = ['server', 'run'].map((name): unknown => {
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- the built package, as Node-RED loads it
		return require(path.resolve(__dirname, `../../packages/node-red/dist/nodes/${name}.js`));
	});
	const flow = [
		{ id: 'tab', type: 'tab' },
		{ id: 'server', type: 'comfyui-server', url: server.url },
		{
			id: 'run',
			z: 'tab',
			type: 'comfyui-run',
			server: 'server',
			source: 'json',
			workflow: JSON.stringify(job(0.1)),
			wires: [['out']],
		},
		{ id: 'out', z: 'tab', type: 'helper', wires: [] },
	];
	await new Promise<void>((resolve) => helper.startServer(() => resolve()));
	await helper.load(nodes, flow, {});
	const send = async (count: number) => {
		let rest = count;
		await new Promise<void>((resolve) => {
			const out = helper.getNode('out');
			out?.removeAllListeners('input');
			out?.on('input', ({ payload }) => {
				if (Buffer.isBuffer(payload) && --rest === 0) resolve();
			});
			for (let index = 0; index < count; index++) helper.getNode('run')?.receive({ payload: index });
		});
	};
	for (let round = 0; round < 3; round++) await send(WARM_UP);
	const busyBefore = await server.ask('busy');
	const requestsBefore = await server.ask('requests');
	const { took, ...stall } = await timed(async () => await send(MESSAGES));
	const busy = (await server.ask('busy')) - busyBefore;
	const requests = (await server.ask('requests')) - requestsBefore;
	await helper.unload();
	await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
	server.stop();
	report(
		`${MESSAGES} messages: ${ms(took)} in Node-RED's runtime, the server was busy for ${ms(busy)}`,
		`  ratio: ${(took / busy).toFixed(3)} (aim: at most 1.05), ${(requests / MESSAGES).toFixed(2)} requests per message`,
		`  longest stall of the event loop: ${showStall(stall)} (aim: below 50 ms)`,
	);
	process.exit(); // Node-RED's runtime keeps timers
}

void main();
