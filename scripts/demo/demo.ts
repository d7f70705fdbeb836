import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LittleComfyUi } from '../../test/server';
import { loadBuiltPackage } from '../../test/support/builtPackage';
import { Engine } from '../../test/support/engine';
import { imageToImage, listInputs, textToImage } from './flows';
import { Gallery } from './Gallery';
import { watchQueue } from './watchQueue';
import { pictureWorkflows } from './workflows';

/**
 * The main job, end to end: n8n's own engine runs workflows made of our nodes against a ComfyUI (the
 * embedded little one, or COMFYUI_URL) and writes the pictures it got.
 */
async function main(): Promise<void> {
	const folder = path.resolve('demo-output');
	mkdirSync(folder, { recursive: true });
	const little = process.env.COMFYUI_URL ? undefined : await LittleComfyUi.start({ stepMs: 40 });
	const url = process.env.COMFYUI_URL ?? little?.url ?? '';
	const engine = await Engine.start(loadBuiltPackage());
	const gallery = new Gallery(folder);
	const credentials = { comfyUiApi: { url } };
	try {
		const { status, message } = await engine.testCredential('comfyUiApi', credentials.comfyUiApi);
		say(`${little ? 'Embedded little ComfyUI' : 'COMFYUI_URL'}: ${message}`);
		if (status !== 'OK') throw new Error(message);
		const workflows = await pictureWorkflows(url);
		say(workflows.remark);

		const stopWatching = watchQueue(url, say);
		say(
			'\n1. Run Workflow: the file that the editor saved, its form filled in, three prompts as three items',
		);
		await gallery.add(await textToImage(engine, credentials, workflows, say));
		say('\n2. The single steps: the first picture is uploaded and run through another workflow');
		await gallery.add(await imageToImage(engine, credentials, workflows, gallery.first(), say));
		await stopWatching();
		say('\n3. List Workflow Inputs: what can be set in the first workflow');
		say(await listInputs(engine, credentials, workflows));

		say(`\n${gallery.table()}`);
		const page = path.join(folder, 'index.html');
		writeFileSync(page, gallery.html());
		say(`\nPictures: ${folder}\nTo look at them side by side: ${page}`);
	} finally {
		await engine.stop();
		await little?.stop();
	}
}

function say(text: string): void {
	process.stdout.write(`${text}\n`);
}

main().catch((error: Error) => {
	process.stderr.write(`\nThe demo stopped: ${error.message}\n`);
	process.exitCode = 1;
});
