import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { LittleComfyUi } from '../server';
import { availableNodes } from './nodes';
import { clientFolder, pack, readPackageJson, type Packed } from './packed';

const { name, dependencies } = readPackageJson(clientFolder);

const SCRIPT = `
const workflow = {
	1: { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: 255 } },
	2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'plain' } },
};
const client = ComfyUiClient.connect({ url: process.argv[2] });
const job = await client.queuePrompt(workflow);
const { files } = await client.waitForCompletion(job.promptId, { timeoutMs: 20000 });
let bytes = 0;
for await (const chunk of await client.download(files[0])) bytes += chunk.length;
await client.uploadImage({ data: new Uint8Array([1, 2, 3]), filename: 'three.bin' });
await client.close();
const loaded = ${JSON.stringify(Object.keys(dependencies ?? {}))}.filter((dependency) =>
	Object.keys(Module._cache).some((file) => file.includes('/node_modules/' + dependency + '/')));
console.log(JSON.stringify({
	node: process.versions.node,
	name: files[0].filename,
	bytes,
	loaded,
	isError: isComfyUiError(await client.queuePrompt({}).catch((error) => error)),
	isOne: Module.createRequire(process.argv[1])('${name}').ComfyUiClient === ComfyUiClient,
}));
`;
const SCRIPTS = {
	'imported by an ES module': {
		file: 'module.mjs',
		text: `import Module from 'node:module';\nimport { ComfyUiClient, isComfyUiError } from '${name}';\n${SCRIPT}`,
	},
	'required by a CommonJS script': {
		file: 'script.cjs',
		text: `const Module = require('node:module');\nconst { ComfyUiClient, isComfyUiError } = require('${name}');\n(async () => {${SCRIPT}})();`,
	},
};

/** What the scripts print. */
interface Found {
	node: string;
	name: string;
	bytes: number;
	loaded: string[];
	isError: boolean;
	isOne: boolean;
}

let server: LittleComfyUi;
beforeAll(async () => {
	server = await LittleComfyUi.start();
});
afterAll(async () => await server.stop());

describe.each([
	['with its dependencies', true],
	['without its dependencies', false],
])('the client %s', (_title, withDependencies) => {
	let packed: Packed;
	beforeAll(() => (packed = pack(clientFolder, { withDependencies })));
	afterAll(() => packed.remove());

	describe.each(availableNodes())('on Node.js %s', (version, node) => {
		it.each(Object.entries(SCRIPTS))('is %s, runs a job and ends by itself', async (_how, { file, text }) => {
			const script = path.join(packed.home, file);
			writeFileSync(script, text);
			const { stdout, stderr } = await promisify(execFile)(node, [script, server.url]);
			const found = JSON.parse(stdout) as Found;
			expect(found).toEqual({
				node: version,
				name: expect.stringMatching(/^plain_\d+_\.png$/),
				bytes: server.files.read('output', found.name)?.length,
				loaded: withDependencies ? Object.keys(dependencies ?? {}) : [],
				isError: true,
				isOne: true,
			});
			expect(stderr).toBe('');
		});
	});
});
