import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { clientFolder, readPackageJson, type Packed } from './packed';
import type { Runtime } from './runtimes';

const { name, dependencies = {} } = readPackageJson(clientFolder);

/** What the client is used for, on plain JavaScript. */
const JOB = `
const workflow = {
	1: { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: Math.floor(Math.random() * 0xffffff) } },
	2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'plain' } },
	3: { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } },
};
const client = ComfyUiClient.connect({ url: process.argv[2] });
const job = await client.queuePrompt(workflow);
let progress = 0;
const onProgress = () => { progress += 1; };
const { files, warnings } = await client.waitForCompletion(job.promptId, { timeoutMs: 20000, onProgress });
const file = files.find(({ type }) => type === 'output');
let bytes = 0;
for await (const chunk of await client.download(file)) bytes += chunk.length;
await client.uploadImage({ data: new Uint8Array([1, 2, 3]), filename: 'three.bin' });
await client.close();
console.log(JSON.stringify({
	name: file.filename,
	bytes,
	pictures: files.filter(({ type }) => type === 'frame').length,
	warnings,
	isError: isComfyUiError(await client.queuePrompt({}).catch((error) => error)),
	isOne: createRequire(process.argv[1])('${name}').ComfyUiClient === ComfyUiClient,
	loaded: ${JSON.stringify(Object.keys(dependencies))}.filter((dependency) =>
		Object.keys(Module._cache ?? {}).some((loaded) => loaded.includes('/node_modules/' + dependency + '/'))),
}));
`;

/** How a program gets the client. */
export const SCRIPTS = {
	'imported by an ES module': {
		file: 'module.mjs',
		text: `import Module, { createRequire } from 'node:module';\nimport process from 'node:process';\nimport { ComfyUiClient, isComfyUiError } from '${name}';\n${JOB}`,
	},
	'required by a CommonJS script': {
		file: 'script.cjs',
		text: `const Module = require('node:module');\nconst { createRequire } = Module;\nconst { ComfyUiClient, isComfyUiError } = require('${name}');\n(async () => {${JOB}})();`,
	},
};

/** What the job reports. */
export interface RuntimeReport {
	name: string;
	bytes: number;
	/** Pictures that came over the WebSocket. */
	pictures: number;
	warnings: string[];
	isError: boolean;
	/** The package is loaded once, however it is loaded. */
	isOne: boolean;
	/** Dependencies that were loaded, on Node.js. */
	loaded: string[];
}

/**
 * Runs the job on a runtime.
 * @param packed where the client is installed
 * @returns what it reported, and what it wrote to its error output
 * @throws when it fails, or does not end by itself within a minute
 */
export async function runOnRuntime(
	runtime: Runtime,
	packed: Packed,
	{ file, text }: { file: string; text: string },
	url: string,
): Promise<RuntimeReport & { stderr: string }> {
	const script = path.join(packed.home, file);
	writeFileSync(script, text);
	const { stdout, stderr } = await promisify(execFile)(runtime.file, [...runtime.args, script, url], {
		cwd: packed.home,
		timeout: 60_000,
		env: { ...process.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
	});
	return { ...(JSON.parse(stdout) as RuntimeReport), stderr };
}
