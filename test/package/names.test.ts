import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { loadBuiltPackage, nodeType, packageName, readManifest } from '../support/builtPackage';
import { readPackageJson, root } from './packed';

/**
 * Each package has its name from its package.json. Everything else that repeats a name is compared with it here:
 * node types carry the name into the workflows of users, links lead to the repository.
 */

/** They install what the end-to-end tests need, and are not published. */
const INSTALLERS = ['test/e2e', 'test/e2e/n8n-1'];
/** A package of somebody else that the benchmarks run beside ours. */
const OTHERS = ['n8n-nodes-comfyui-image-to-image'];

const packages = [
	'.',
	...INSTALLERS,
	...readdirSync(path.join(root, 'packages')).map((folder) => `packages/${folder}`),
].filter((folder) => existsSync(path.join(root, folder, 'package.json')));
const names = packages.map((folder) => readPackageJson(path.join(root, folder)).name);

const { homepage, repository } = readPackageJson(root);
const home = homepage.replace(/#readme$/, '');

/** Names in a text that look like names of our packages and are none. The expression does not match itself. */
function wrongNames(text: string): string[] {
	return [...text.matchAll(/[\w-]*(?:n8n-nodes-comfyu[i]|comfyui-workflow[s])[\w-]*/g)]
		.map(([found]) => found.replace(/-(\d.*)?$/, ''))
		.filter((found) => !names.includes(found) && !OTHERS.includes(found));
}

/** Node types in a text that are named like ours and belong to another package. */
function wrongNodeTypes(text: string): string[] {
	return [...text.matchAll(/["'`]([\w@/-]+)(\.comfyUi[A-Z$]\w*)/g)]
		.filter(([, owner]) => owner !== packageName)
		.map(([, owner, type]) => owner + type);
}

/** Links in a text to pages of our repository, as their path and their fragment. */
function ownLinks(text: string): Array<{ file: string; heading?: string }> {
	return [...text.matchAll(/https:\/\/github\.com\/([^\s"'`)>]+)/g)]
		.map(([link]) => link)
		.filter((link) => link.startsWith(`${home}#`) || link.startsWith(`${home}/`))
		.map((link) => link.slice(home.length).split('#'))
		.map(([page, heading]) => ({ file: page.replace(/^\/(blob|tree)\/main\//, ''), heading }));
}

/** All text files that are tracked or would be. */
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
	cwd: root,
	encoding: 'utf8',
	maxBuffer: 64 * 1024 * 1024,
})
	.split('\0')
	.filter((file) => file && existsSync(path.join(root, file)))
	.map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }))
	.filter(({ text }) => !text.includes('\0'));

/** The fragments of the headings of a Markdown file, as GitHub makes them. */
function headings(file: string): string[] {
	return [...readFileSync(path.join(root, file), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\w\- ]/g, '')
			.replaceAll(' ', '-'),
	);
}

describe('the names of the packages', () => {
	it('are all different, and the n8n package is named as n8n wants it', () => {
		expect(new Set(names).size).toBe(names.length);
		expect(packageName).toMatch(/^n8n-nodes-/);
	});

	it('would be missed in a text with an older one', () => {
		const old = packageName.replace('-workflows', '');
		expect(wrongNames(`npm install ${old}`)).toEqual([old]);
		expect(wrongNames(`${names.join(' ')} ${packageName}-0.1.0.tgz`)).toEqual([]);
		expect(wrongNodeTypes(`{ "type": "${nodeType('GetImages').replace(packageName, old)}" }`)).toHaveLength(
			1,
		);
		expect(wrongNodeTypes(`{ "type": "${nodeType('GetImages')}" }`)).toEqual([]);
	});

	it('are the only ones in all files', () => {
		expect(files.length).toBeGreaterThan(500);
		const wrong = files.flatMap(({ file, text }) => wrongNames(text).map((name) => `${file}: ${name}`));
		expect(wrong).toEqual([]);
	});

	it('begin every node type in all files', () => {
		const wrong = files.flatMap(({ file, text }) => wrongNodeTypes(text).map((type) => `${file}: ${type}`));
		expect(wrong).toEqual([]);
	});

	it('begin the name of the tarball that the documentation installs', () => {
		expect(readFileSync(path.join(root, 'docs/installation.md'), 'utf8')).toContain(`/${packageName}-*.tgz`);
	});
});

describe('the links to the repository', () => {
	it('are those of one repository in every package', () => {
		for (const folder of packages.filter((found) => !INSTALLERS.includes(found))) {
			const manifest = readPackageJson(path.join(root, folder));
			expect(manifest.homepage.startsWith(home)).toBe(true);
			expect(manifest.bugs).toEqual({ url: `${home}/issues` });
			expect(manifest.repository).toMatchObject(repository as object);
			expect(manifest.author).toEqual(readPackageJson(root).author);
		}
		expect(repository).toEqual({ type: 'git', url: `git+${home}.git` });
	});

	it('lead to files and headings that exist', () => {
		const missing = files
			.filter(({ file }) => !file.endsWith('package-lock.json'))
			.flatMap(({ file, text }) => ownLinks(text).map((link) => ({ from: file, ...link })))
			.filter(({ file }) => file !== '/issues')
			.map(({ from, file, heading }) => ({ from, file: file || 'README.md', heading }))
			.filter(({ file, heading }) => {
				if (!existsSync(path.join(root, file))) return true;
				if (!heading || heading === 'readme') return false;
				return !headings(file).includes(heading);
			});
		expect(missing).toEqual([]);
	});

	it('are what credentials and nodes name as their documentation', () => {
		const { credentialTypes } = loadBuiltPackage();
		const ofNodes = readManifest().n8n.nodes.flatMap((file) => {
			const codex = readFileSync(
				path.join(root, file.replace(/^dist\//, '').replace(/\.js$/, '.json')),
				'utf8',
			);
			return [...codex.matchAll(/"url": "([^"]+)"/g)].map(([, url]) => url);
		});
		const all = [...Object.values(credentialTypes).map((type) => type.documentationUrl), ...ofNodes];
		expect(all.length).toBeGreaterThan(6);
		for (const url of all) expect(url).toMatch(/#[a-z-]+$|\/docs\/[a-z]+\.md$/);
		for (const url of all) expect(url?.startsWith(home)).toBe(true);
	});
});
