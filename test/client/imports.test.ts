import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';

const NODES = resolve(__dirname, '../../nodes');
const STATEMENT = /(?:\bfrom\s*|\bimport\s*\(\s*|\brequire\s*\(\s*|^import\s+)['"]([^'"]+)['"]/gm;

interface Import {
	file: string;
	/** A path below nodes/, or the name of a package. */
	target: string;
	isOwn: boolean;
}

/** Every import statement of every TypeScript file below nodes/, types included. */
function imports(): Import[] {
	return readdirSync(NODES, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.flatMap((file) => {
			const text = readFileSync(join(NODES, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
			return [...text.matchAll(STATEMENT)].map(([, name]) => {
				const isOwn = name.startsWith('.');
				const target = isOwn ? relative(NODES, resolve(NODES, dirname(file), name)) : name;
				return { file, target, isOwn };
			});
		});
}

const top = (path: string) => path.split(sep)[0];
const all = imports();
const ofClient = all.filter(({ file }) => top(file) === 'client');
const folders = new Set(all.map(({ file }) => top(file)));

test('the walk sees the imports', () => {
	expect(ofClient.length).toBeGreaterThan(50);
	expect(folders.has('QueuePrompt') && folders.has('shared')).toBe(true);
	expect(ofClient.some(({ target }) => target === 'undici')).toBe(true);
});

test('the client imports nothing from outside itself but two packages that may be missing', () => {
	expect(ofClient.filter(({ isOwn, target }) => isOwn && top(target) !== 'client')).toEqual([]);
	const packages = new Set(ofClient.filter(({ isOwn }) => !isOwn).map(({ target }) => target));
	expect([...packages].sort()).toEqual(['undici', 'ws']);
});

test('the client uses no builtin module of Node.js', () => {
	const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
	expect(ofClient.filter(({ target }) => builtins.has(target) && target !== 'undici')).toEqual([]);
});

test('a node never imports another node', () => {
	const isNode = (path: string) => !['client', 'shared', '..'].includes(top(path));
	const crossing = all.filter(
		({ file, target, isOwn }) => isOwn && isNode(file) && isNode(target) && top(file) !== top(target),
	);
	expect(crossing).toEqual([]);
});

test('what nodes share imports no node', () => {
	const backwards = all.filter(
		({ file, target, isOwn }) =>
			isOwn && top(file) === 'shared' && !['shared', 'client', '..'].includes(top(target)),
	);
	expect(backwards).toEqual([]);
});
