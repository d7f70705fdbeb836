import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * What Node-RED's flow library checks of a package, and what its editor needs, without the network.
 * See https://nodered.org/docs/creating-nodes/scorecard.
 */
const folder = path.resolve(__dirname, '../../packages/node-red');
const sources = path.join(folder, 'src/nodes');
const LANGUAGES = ['en-US', 'de', 'ja', 'zh-CN'];

interface Manifest {
	name: string;
	version: string;
	license: string;
	repository: { type: string; url: string };
	bugs: { url: string };
	keywords: string[];
	engines: { node: string };
	files: string[];
	dependencies: Record<string, string>;
	'node-red': { version: string; nodes: Record<string, string> };
}

const readText = (...names: string[]) => readFileSync(path.join(...names), 'utf8');
const manifest = JSON.parse(readText(folder, 'package.json')) as Manifest;
const types = Object.keys(manifest['node-red'].nodes);
const files = types.map((type) => type.replace('comfyui-', ''));

test('package.json has what the flow library asks for', () => {
	const { license, repository, bugs, keywords, engines, name, version } = manifest;
	expect(license).toBe('MIT');
	expect(readText(folder, 'LICENSE')).toContain('MIT License');
	expect(repository.url).toMatch(/^git\+https:\/\/github\.com\//);
	expect(bugs.url).toMatch(/^https:/);
	expect(keywords).toContain('node-red');
	expect(name).toMatch(/^node-red-contrib-/);
	expect(version).toMatch(/^\d+\.\d+\.\d+$/);
	expect(engines.node).toMatch(/^>=\d/);
	expect(manifest['node-red'].version).toMatch(/^>=\d+\.\d+\.\d+$/);
	expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(6);
});

test('each type is registered once, with the same name in the dialog, in the code and in package.json', () => {
	expect(new Set(types).size).toBe(types.length);
	for (const [index, type] of types.entries()) {
		const dialog = readText(sources, `${files[index]}.html`);
		expect(dialog).toContain(`registerType('${type}', {`);
		expect(dialog).toContain(`data-template-name="${type}"`);
		expect(readText(sources, `${files[index]}.ts`)).toContain(`registerType('${type}'`);
		expect(manifest['node-red'].nodes[type]).toBe(`dist/nodes/${files[index]}.js`);
	}
	expect(
		readdirSync(sources)
			.filter((file) => file.endsWith('.html'))
			.sort(),
	).toEqual(files.map((file) => `${file}.html`).sort());
});

test.each(LANGUAGES)('the dialogs and the help are complete in %s', (language) => {
	const labels = JSON.parse(readText(sources, 'locales', language, 'labels.json')) as object;
	const known = keysOf(labels);
	expect(known).toEqual(keysOf(JSON.parse(readText(sources, 'locales/en-US/labels.json')) as object));
	for (const [index, type] of types.entries()) {
		const help = readText(sources, 'locales', language, `${files[index]}.html`);
		expect(help).toContain(`data-help-name="${type}"`);
		const used = [
			...readText(sources, `${files[index]}.html`).matchAll(/data-i18n="(?:\[placeholder\])?([\w.]+)"/g),
		];
		expect(used.map(([, key]) => key).filter((key) => !known.includes(key))).toEqual([]);
	}
});

test('no field of a dialog has a name that Node-RED keeps for itself', () => {
	const reserved = ['type', 'x', 'y', 'z', 'wires', 'inputs', 'outputs', 'id', 'd', 'g', 'l'];
	for (const file of files) {
		const [, defaults] = /defaults: \{\n(.*?)\n\t\t\},/s.exec(readText(sources, `${file}.html`)) ?? [];
		const names = [...defaults.matchAll(/^\t\t\t(\w+):/gm)].map(([, name]) => name);
		expect(names.length).toBeGreaterThan(0);
		expect(names.filter((name) => reserved.includes(name))).toEqual([]);
	}
});

function keysOf(texts: object, prefix = ''): string[] {
	return Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
		typeof value === 'object' && value !== null ? keysOf(value, `${prefix}${key}.`) : [`${prefix}${key}`],
	);
}
