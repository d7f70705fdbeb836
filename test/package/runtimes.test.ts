import { LittleComfyUi } from '../server';
import { clientFolder, pack, readPackageJson, type Packed } from './packed';
import { runOnRuntime, SCRIPTS } from './runtimeJob';
import { availableRuntimes } from './runtimes';

const { dependencies } = readPackageJson(clientFolder);

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

	describe.each(
		availableRuntimes().map((runtime) => [`${runtime.name} ${runtime.version}`, runtime] as const),
	)('on %s', (_runtime, runtime) => {
		const isNode = runtime.name === 'Node.js';
		const hasSocket = withDependencies || !runtime.version.startsWith('20.') || !isNode;

		it.each(Object.entries(SCRIPTS))('is %s, runs a job and ends by itself', async (_how, script) => {
			const { stderr, ...found } = await runOnRuntime(runtime, packed, script, server.url);
			expect(found).toEqual({
				name: expect.stringMatching(/^plain_\d+_\.png$/),
				bytes: server.files.read('output', found.name)?.length,
				pictures: hasSocket ? 1 : 0,
				warnings: hasSocket
					? []
					: [expect.stringMatching(/^There was no live progress.*the package "ws" is not installed\.$/)],
				isError: true,
				isOne: true,
				loaded: !isNode ? expect.any(Array) : withDependencies ? Object.keys(dependencies ?? {}) : [],
			});
			expect(stderr).toBe('');
		});
	});
});
