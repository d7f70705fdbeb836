import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { picture, save } from '../client/support/workflows';
import { LittleApiV2 } from '../server/hosts/comfyApiV2/LittleApiV2';
import { encodePng } from '../server/pictures/encodePng';
import { flatPicture } from '../server/pictures/Picture';
import { venvProgram } from './support/python';

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

interface Seen {
	status: string;
	events: string[];
	outputs: Array<{ node: string; name: string; sha256: string }>;
}

async function runSdk(...args: string[]): Promise<Seen> {
	const script = path.join(__dirname, 'support/sdk.py');
	const { stdout } = await promisify(execFile)(venvProgram('python'), [script, ...args]);
	return JSON.parse(stdout) as Seen;
}

/** The simulated service is as good as what a client that nobody here wrote can do with it. */
describe.each(['deployment', 'proxy'] as const)('with the SDK of Comfy.org, a simulated %s', (kind) => {
	let api: LittleApiV2;
	beforeEach(async () => void (api = await LittleApiV2.start({ kind })));
	afterEach(async () => await api.stop());

	test('runs a workflow and serves its file', async () => {
		const { status, events, outputs } = await runSdk(api.url, api.apiKey, JSON.stringify(picture()));
		expect([status, events.at(-1)]).toEqual(['succeeded', 'StatusChange']);
		const saved = api.comfyUi.files.read('output', 'x_00001_.png') ?? Buffer.alloc(0);
		expect(outputs).toEqual([{ node: '2', name: 'x_00001_.png', sha256: sha256(saved) }]);
	});

	test('takes an upload', async () => {
		const folder = mkdtempSync(path.join(tmpdir(), 'sdk-'));
		const file = path.join(folder, 'photo.png');
		writeFileSync(file, encodePng(flatPicture(8, 8, 0x336699)));
		const workflow = { '1': { class_type: 'LoadImage', inputs: {} }, '2': save('1') };
		const { status, outputs } = await runSdk(api.url, api.apiKey, JSON.stringify(workflow), file);
		rmSync(folder, { recursive: true });
		expect([status, outputs.map(({ node }) => node)]).toEqual(['succeeded', ['2']]);
	});
});
