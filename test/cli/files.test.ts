import { readdirSync } from 'node:fs';
import { CliStage } from './support/cli';
import { peakOf, PROMPT_ID, startFileServer, type FileServer } from './support/fileServer';

let cli: CliStage;
let server: FileServer;

beforeAll(async () => {
	server = await startFileServer();
});
afterAll(() => server.close());
beforeEach(async () => {
	cli = await CliStage.start();
});
afterEach(() => cli.stop());

/** Saves the file of a job, which has this name on the server. */
const save = async (name: string, ...args: string[]) =>
	await cli.run(['get', PROMPT_ID, '--url', server.url, '--header', `X-File: ${name}`, ...args]);

test.each([
	['..\\..\\evil.png', 'evil.png'],
	['C:\\Users\\me\\a:b.png', 'a_b.png'],
	['\\\\share\\folder\\a.png', 'a.png'],
	['../../etc/passwd', 'passwd'],
	['CON.png', '_CON.png'],
	['a.png. . ', 'a.png'],
	['.', 'file'],
])('the name %j from a server is saved as %j, in the folder that was asked for', async (name, saved) => {
	const { code, stdout } = await save(name, '-o', 'out');
	expect({ code, stdout }).toEqual({ code: 0, stdout: `out/${saved}\n` });
	expect(readdirSync(cli.folder)).toEqual(['out']);
	expect(readdirSync(cli.path('out'))).toEqual([saved]);
});

test('a path of a server is no path in a pattern either', async () => {
	const { stdout } = await save('..\\..\\evil.png', '-o', 'out/{name}/{filename}');
	expect(stdout).toBe('out/evil/evil.png\n');
});

test('names that exist get numbers, also when several processes save at the same time', async () => {
	const saved = await Promise.all(Array.from({ length: 4 }, async () => await save('a.tar.gz', '-o', 'out')));
	expect(saved.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
	const names = ['a.tar-2.gz', 'a.tar-3.gz', 'a.tar-4.gz', 'a.tar.gz'];
	expect(readdirSync(cli.path('out')).sort()).toEqual(names);
	expect(saved.map(({ stdout }) => stdout.trim()).sort()).toEqual(names.map((name) => `out/${name}`));
});

test('a file of 1 GiB to stdout takes less than 64 MiB more memory than a file of 1 byte', async () => {
	// What is held counts, not what waits for a garbage collector that has no processor: it is to collect small amounts.
	const peak = async (size: number) => await peakOf(server, size, ['--max-semi-space-size=1']);
	const [large, small] = [await peak(1024 ** 3), await peak(1)];
	expect(large - small).toBeLessThan(64 * 1024 ** 2);
});
