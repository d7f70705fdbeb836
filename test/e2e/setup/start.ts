import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { N8n } from '../support/N8n';
import { N8nProcess } from '../support/N8nProcess';
import { running } from './running';
import { installInto, pack } from './tarball';

/** Starts the n8n that all tests share but those of queue mode, with the package installed. */
export default async function start(): Promise<void> {
	const home = mkdtempSync(path.join(tmpdir(), 'n8n-e2e-'));
	process.env.E2E_TARBALL = pack(home);
	installInto(home, process.env.E2E_TARBALL);
	running.home = home;
	running.n8n = await N8nProcess.start('start', home);
	(await N8n.setUp(running.n8n.url)).share();
}
