import { ComfyUiClient } from '../../nodes/client';
import { job, ms, report } from './setup';
import { startBeside } from './helperProcess';

const SECONDS = 60;

/** Requests and processor time while waiting for one job that takes a minute. */
async function main(): Promise<void> {
	const server = await startBeside('littleServer.ts');
	const client = ComfyUiClient.connect({ url: server.url });
	const { promptId } = await client.queuePrompt(job(SECONDS, 60));
	const before = await server.ask('requests');
	const cpu = process.cpuUsage();
	await client.waitForCompletion(promptId);
	const { user, system } = process.cpuUsage(cpu);
	const requests = (await server.ask('requests')) - before;
	await client.close();
	server.stop();
	const used = (user + system) / 1000;
	report(
		`${requests} requests in ${SECONDS} s (${(requests / SECONDS).toFixed(2)} per second; polling once a second makes ${SECONDS})`,
		`processor time: ${ms(used)}, ${((used / (SECONDS * 1000)) * 100).toFixed(2)} % of one core`,
	);
}

void main();
