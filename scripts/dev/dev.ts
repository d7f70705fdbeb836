import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { freePort, isFree } from '../../test/e2e/support/freePort';
import { N8nProcess } from '../../test/e2e/support/N8nProcess';
import { OWNER } from '../../test/e2e/support/owner';
import { LittleComfyUi } from '../../test/server';
import { Compiler } from './Compiler';
import { createPackage } from './createPackage';
import { followLog } from './followLog';
import { importExamples, saveCredential, signIn } from './workspace';

/** n8n's folder. It keeps accounts, credentials and workflows between two runs. */
const home = path.resolve(__dirname, '../../.dev');
const USUAL_PORT = 5678;
const EXAMPLE = 'Run a workflow';

type CleanUp = Array<() => Promise<void> | void>;

/**
 * A real n8n with the nodes of this checkout, and the little ComfyUI or the server at COMFYUI_URL. After every
 * change of a source file it is compiled and n8n loads the nodes again.
 */
async function main(): Promise<void> {
	const cleanUp: CleanUp = [];
	const stopped = new Promise<void>((resolve) => {
		// `on` and not `once`: npm sends the signal again, and a second Ctrl-C must not leave n8n behind.
		process.on('SIGINT', resolve);
		process.on('SIGTERM', resolve);
	});
	try {
		await Promise.race([stopped, develop(cleanUp)]);
	} finally {
		say('\nStopping ...');
		for (const end of cleanUp.reverse()) await end();
	}
}

/** Never returns. @throws when something does not start, or n8n ends */
async function develop(cleanUp: CleanUp): Promise<never> {
	mkdirSync(home, { recursive: true });
	say('Compiling ...');
	const compiler = new Compiler(createPackage(home), (line) => say(`[tsc] ${line}`));
	cleanUp.push(() => compiler.stop());
	await compiler.ready;

	say('Starting n8n ...');
	const port = String(await choosePort());
	const n8n = await N8nProcess.start('start', home, { N8N_PORT: port, N8N_DEV_RELOAD: 'true' });
	cleanUp.push(async () => await n8n.stop());

	const comfyUi = process.env.COMFYUI_URL ?? (await startLittleComfyUi(cleanUp));
	const rest = await signIn(n8n.url);
	const examples = await importExamples(rest, await saveCredential(rest, comfyUi));
	say(`
n8n:       ${n8n.url}/workflow/${examples.get(EXAMPLE)}
Log in:    ${OWNER.email}, password ${OWNER.password}
ComfyUI:   ${comfyUi}${process.env.COMFYUI_URL ? '' : ', the little one of the tests'}
Workflows: ${[...examples.keys()].join(', ')}
n8n's log: ${n8n.log}

Change a file in nodes/ or credentials/: n8n loads the nodes again after some seconds. Ctrl-C ends everything.
`);
	cleanUp.push(followLog(n8n.log, (text) => process.stdout.write(text)));
	await n8n.ended;
	throw new Error('n8n ended by itself.');
}

async function startLittleComfyUi(cleanUp: CleanUp): Promise<string> {
	const server = await LittleComfyUi.start({ stepMs: 40 });
	cleanUp.push(async () => await server.stop());
	return server.url;
}

async function choosePort(): Promise<number> {
	const wanted = Number(process.env.N8N_PORT ?? USUAL_PORT);
	if (await isFree(wanted)) return wanted;
	if (process.env.N8N_PORT) throw new Error(`Port ${wanted} is in use.`);
	return await freePort();
}

function say(text: string): void {
	process.stdout.write(`${text}\n`);
}

main().then(
	() => process.exit(0),
	(error: Error) => {
		process.stderr.write(`\n${error.message}\n`);
		process.exit(1);
	},
);
