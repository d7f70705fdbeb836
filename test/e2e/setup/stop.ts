import { rmSync } from 'node:fs';
import { running } from './running';

/** Ends n8n. Its folder stays for those who want to read its log: `E2E_KEEP=1`. */
export default async function stop(): Promise<void> {
	await running.n8n?.stop();
	if (running.home && !process.env.E2E_KEEP) rmSync(running.home, { recursive: true, force: true });
}
