import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const script = path.resolve(__dirname, '../../scripts/taggedPackage.mjs');
let root: string;

beforeAll(() => {
	root = mkdtempSync(path.join(tmpdir(), 'tagged-package-'));
	const packages = {
		'.': { name: 'the-nodes', version: '0.2.0' },
		'packages/client': { name: '@scope/the-client', version: '1.0.0-rc.1' },
		'packages/secret': { name: 'secret', version: '1.0.0', private: true },
	};
	for (const [folder, content] of Object.entries(packages)) {
		mkdirSync(path.join(root, folder), { recursive: true });
		writeFileSync(path.join(root, folder, 'package.json'), JSON.stringify(content));
	}
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
	return spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8' });
}

test('a tag publishes the package that it names from its folder', () => {
	expect(run('the-nodes@0.2.0').stdout).toBe('folder=.\nchannel=latest\n');
});

test('a prerelease is not published as the latest version', () => {
	expect(run('@scope/the-client@1.0.0-rc.1').stdout).toBe('folder=./packages/client\nchannel=next\n');
});

test.each([
	['another version than in package.json', 'the-nodes@0.2.1', 'differs from the version 0.2.0'],
	['a name without a version', 'the-nodes', 'names none of the-nodes, @scope/the-client'],
	['a package that is not here', 'the-client@1.0.0', 'names none of'],
	['a private package', 'secret@1.0.0', 'secret is private'],
	['no tag', '', 'names none of'],
])('a tag with %s is refused', (_what, tag, reason) => {
	const { status, stdout, stderr } = run(tag);
	expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
	expect(stderr).toContain(reason);
});
