import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import * as sources from '../../nodes/client';
import { clientFolder, pack, readPackageJson, root, type Packed } from './packed';

describe('the package of the client', () => {
	let packed: Packed;
	beforeAll(() => (packed = pack(clientFolder)));
	afterAll(() => packed.remove());

	const read = (file: string) => readFileSync(path.join(packed.folder, file), 'utf8');

	it('carries its code, one file of declarations for each of import and require, and its papers', () => {
		expect(packed.files.filter((file) => !/^dist\/.*\.js$/.test(file))).toEqual([
			'CHANGELOG.md',
			'LICENSE',
			'README.md',
			'dist/index.d.mts',
			'dist/index.d.ts',
			'dist/index.mjs',
			'package.json',
		]);
		expect(read('LICENSE')).toBe(readFileSync(path.join(root, 'LICENSE'), 'utf8'));
	});

	it('imports no other packages than its dependencies', () => {
		const imported = packed.files
			.filter((file) => /\.m?js$/.test(file))
			.flatMap((file) => [...read(file).matchAll(/(?:require\(|import\(|from )['"]([^'"]+)['"]/g)])
			.map(([, from]) => from)
			.filter((from) => !from.startsWith('.'));
		expect([...new Set(imported)].sort()).toEqual(Object.keys(packed.manifest.dependencies ?? {}).sort());
	});

	it('takes its dependencies in the versions with which it is tested', () => {
		const { devDependencies } = readPackageJson(root);
		expect(devDependencies).toMatchObject(packed.manifest.dependencies ?? {});
	});

	it('exports by import what it exports by require', () => {
		const [, names] = /export const \{([^}]*)\}/.exec(read('dist/index.mjs')) as RegExpExecArray;
		expect(names.match(/\w+/g)).toEqual(Object.keys(sources).sort());
	});

	it('declares everything itself', () => {
		expect(read('dist/index.d.ts')).not.toMatch(/^\s*import |import\(|\/\/\/ <reference/m);
	});

	it.each(['module.mts', 'script.cts'])('has declarations that compile in %s', (file) => {
		writeFileSync(
			path.join(packed.home, file),
			`import { ComfyUiClient, isComfyUiError, type ApiWorkflow } from '${packed.manifest.name}';

			export async function run(workflow: ApiWorkflow): Promise<string[]> {
				const client = ComfyUiClient.connect({ url: 'http://127.0.0.1:8188' });
				try {
					const { promptId } = await client.queuePrompt(workflow);
					const { files } = await client.waitForCompletion(promptId, { timeoutMs: 1000 });
					return files.map(({ filename }) => filename);
				} catch (error) {
					if (isComfyUiError(error)) return [error.code];
					throw error;
				}
			}`,
		);
		const program = ts.createProgram([path.join(packed.home, file)], {
			strict: true,
			noEmit: true,
			skipLibCheck: false,
			module: ts.ModuleKind.NodeNext,
			moduleResolution: ts.ModuleResolutionKind.NodeNext,
			target: ts.ScriptTarget.ES2022,
			lib: ['lib.es2023.d.ts'],
			types: ['node'],
			typeRoots: [path.join(root, 'node_modules/@types')],
		});
		const complaints = ts.getPreEmitDiagnostics(program).map(({ messageText, file: where }) => ({
			where: where?.fileName,
			text: ts.flattenDiagnosticMessageText(messageText, '\n'),
		}));
		expect(complaints).toEqual([]);
	});
});
