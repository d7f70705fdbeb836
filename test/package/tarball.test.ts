import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { INodeType } from 'n8n-workflow';
import { pack, root, type Packed } from './packed';
import { loadClass, readManifest } from '../support/builtPackage';

describe('the tarball', () => {
	let packed: Packed;
	beforeAll(() => (packed = pack()));
	afterAll(() => packed.remove());

	const manifest = readManifest();
	const nodes = manifest.n8n.nodes;
	const everything = [...nodes, ...manifest.n8n.credentials];

	it('registers every node and credential file that the source has', () => {
		const compiled = packed.files.filter((file) => /\.(node|credentials)\.js$/.test(file));
		expect(compiled.sort()).toEqual([...everything].sort());
	});

	it.each(everything)('contains %s', (file) => {
		expect(packed.files).toContain(file);
	});

	it.each(nodes)('%s exports a class of its own name', (file) => {
		const node = loadClass<INodeType>(root, file);
		const [className] = path.basename(file).split('.');
		expect(node.constructor.name).toBe(className);
		expect(node.description.name).toBe(className[0].toLowerCase() + className.slice(1));
	});

	it.each(nodes)('%s has a codex that n8n does not drop', (file) => {
		const codex = JSON.parse(readFileSync(path.join(packed.folder, file.replace(/\.js$/, '.json')), 'utf8'));
		const { description } = loadClass<INodeType>(root, file);
		expect(codex).toMatchObject({
			node: `${manifest.name}.${description.name}`,
			resources: expect.any(Object),
			categories: expect.arrayContaining([expect.any(String)]),
			// "ComfyUI" is the name of the one-step node, which a search for it has to find first.
			alias: expect.arrayContaining([expect.stringMatching(/^comfy ui$/i)]),
		});
	});

	it.each(nodes)('%s finds its light and dark icon inside the package', (file) => {
		const { icon } = loadClass<INodeType>(root, file).description;
		for (const reference of Object.values(icon as { light: string; dark: string })) {
			const relative = path.join(path.dirname(file), reference.replace(/^file:/, ''));
			expect(relative.startsWith('..')).toBe(false);
			expect(existsSync(path.join(packed.folder, relative))).toBe(true);
		}
	});

	it('carries the icons byte for byte', () => {
		const icons = readdirSync(path.join(root, 'icons')).map((name) => `icons/${name}`);
		expect(icons.length).toBeGreaterThan(2);
		for (const icon of icons) {
			const copied = readFileSync(path.join(packed.folder, 'dist', icon));
			expect(copied.equals(readFileSync(path.join(root, icon)))).toBe(true);
		}
	});

	it('carries no sources, tests, declarations or source maps', () => {
		const unwanted = packed.files.filter((file) => /(^|\/)(test|scripts|packages)\/|\.ts$|\.map$/.test(file));
		expect(unwanted).toEqual([]);
	});

	it('carries no comments in its code', () => {
		const commented = packed.files.filter(
			(file) =>
				file.endsWith('.js') && /^\s*(\/\*|\/\/)/m.test(readFileSync(path.join(packed.folder, file), 'utf8')),
		);
		expect(commented).toEqual([]);
	});

	it('carries every schema of the outputs', () => {
		const schemas = readdirSync(path.join(root, 'nodes'), { recursive: true, encoding: 'utf8' })
			.filter((file) => file.includes('__schema__') && file.endsWith('.json'))
			.map((file) => `nodes/${file.replaceAll('\\', '/')}`);
		expect(schemas.length).toBeGreaterThan(0);
		for (const schema of schemas) {
			const [source, copied] = [path.join(root, schema), path.join(packed.folder, 'dist', schema)].map(
				(file) => JSON.parse(readFileSync(file, 'utf8')) as unknown,
			);
			expect(copied).toEqual(source);
		}
	});

	it('has at most 250 files', () => {
		// Its size has a limit in .size-limit.json.
		expect(packed.files.length).toBeLessThanOrEqual(250);
	});

	it('names its errors as the source does', () => {
		const code = packed.files
			.filter((file) => file.endsWith('.js'))
			.map((file) => readFileSync(path.join(packed.folder, file), 'utf8'));
		const classes = code.flatMap((text) => text.match(/\bclass \w*Error extends/g) ?? []);
		expect(classes.filter((found) => found.startsWith('class _'))).toEqual([]);
		expect(code.join('\n')).toMatch(/\bInvalidInputError=class extends/);
	});

	it('has no dependencies, and nothing to import', () => {
		expect(packed.manifest.dependencies ?? {}).toEqual({});
		expect(packed.manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		for (const key of ['main', 'types', 'exports', 'optionalDependencies', 'bin'])
			expect(packed.manifest).not.toHaveProperty(key);
	});
});
