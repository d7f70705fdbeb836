import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MissingNodeTypesError, type ObjectInfo } from '../../nodes/client';
import { toApiFormat } from '../../nodes/client/convert/toApiFormat';
import { isRecord } from '../../nodes/client/core/guards';
import { readWorkflowFile } from '../../nodes/client/metadata/readWorkflowFile';
import { differences } from '../client/convert/compare';
import { programs } from '../e2e/support/programs';
import { Editor } from './Editor';
import { installFrontEnd } from './frontEnd';

/**
 * Compares the conversion with ComfyUI's own editor: both get each workflow of a folder, and both results must be equal.
 *
 * Usage: npm run test:editor -- [FOLDER] [--version 1.58] [--server URL] [--only TEXT] [--record FOLDER]
 *
 * FOLDER has workflows (JSON, or pictures that ComfyUI saved) or pairs; without it, the pairs of the tests are used.
 * The node types are those of the server, or of catalogue.json or object_info.json in the folder. With a server,
 * the editor also loads the front ends of its packs. Nothing is queued on the server.
 */
const USAGE =
	'Usage: npm run test:editor -- [FOLDER] [--version 1.58] [--server URL] [--only TEXT] [--record FOLDER]\n';
const OWN = path.resolve(__dirname, '../fixtures/conversion');
const CATALOGUES = ['catalogue.json', 'object_info.json'];

interface Case {
	name: string;
	/** Why this version of the editor, or a later one, makes something else of a pair. */
	differs?: string;
	ui: Parameters<typeof differences>[0]['ui'];
}

async function main(): Promise<boolean> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			version: { type: 'string', default: '1.58' },
			server: { type: 'string' },
			only: { type: 'string' },
			record: { type: 'string' },
		},
	});
	const { version, server, only, record } = values;
	const executable = programs.chromium;
	if (!executable) throw new Error('Chromium is not installed. Set CHROMIUM_PATH, or install it.');
	const folder = path.resolve(positionals[0] ?? OWN);
	const catalogue = server ? await catalogueOf(server) : catalogueIn(folder);
	const cases = (await readCases(folder)).filter(({ name }) => !only || name.includes(only));
	if (cases.length === 0) throw new Error(`${folder} has no workflow in the editor's format.`);
	const frontEnd = installFrontEnd(version);
	print(`Editor ${frontEnd.version}, ${Object.keys(catalogue).length} node types, ${cases.length} workflows`);
	const editor = await Editor.start(frontEnd, server ?? catalogue, executable);
	const counts = { equal: 0, different: 0, known: 0, missing: 0, failed: 0 };
	try {
		for (const one of cases) {
			const { name } = one;
			const outcome = await compare(editor, one, catalogue, record, frontEnd.version);
			counts[outcome.kind] += 1;
			if (outcome.kind !== 'equal')
				print(`${outcome.kind}: ${name}\n${outcome.lines.map((line) => `  ${line}`).join('\n')}`);
		}
	} finally {
		await editor.stop();
	}
	const { equal, different, known, missing, failed } = counts;
	print(
		`${equal} equal, ${different} different, ${known} different for a known reason, ` +
			`${missing} with node types that are not installed, ${failed} not compared`,
	);
	return different + failed === 0;
}

interface Outcome {
	kind: 'equal' | 'different' | 'known' | 'missing' | 'failed';
	lines: string[];
}

async function compare(
	editor: Editor,
	{ name, ui, differs }: Case,
	catalogue: ObjectInfo,
	record: string | undefined,
	frontend: string,
): Promise<Outcome> {
	try {
		const { prompt: api } = await editor.queue(ui);
		const pair = { name, ui, api };
		if (record) {
			mkdirSync(record, { recursive: true });
			const file = `${name.replace(/\W+/g, '-')}.json`;
			writeFileSync(path.join(record, file), JSON.stringify({ name, frontend, ui, api }));
		}
		const options = { substituteNames: true, dynamicPrompts: { random: () => 0 } };
		const lines = differences(pair, toApiFormat(ui, catalogue, options));
		if (lines.length > 0 && differs) return { kind: 'known', lines: [differs] };
		return { kind: lines.length > 0 ? 'different' : 'equal', lines };
	} catch (error) {
		const lines = [(error as Error).message.split('\n')[0]];
		return { kind: error instanceof MissingNodeTypesError ? 'missing' : 'failed', lines };
	}
}

async function catalogueOf(server: string): Promise<ObjectInfo> {
	const response = await fetch(`${server.replace(/\/+$/, '')}/object_info`);
	return (await response.json()) as ObjectInfo;
}

function catalogueIn(folder: string): ObjectInfo {
	const found = CATALOGUES.find((name) => readdirSync(folder).includes(name));
	if (!found)
		throw new Error(`${folder} has no ${CATALOGUES.join(' or ')}: name a server with --server URL.`);
	return JSON.parse(readFileSync(path.join(folder, found), 'utf8')) as ObjectInfo;
}

async function readCases(folder: string): Promise<Case[]> {
	const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => !CATALOGUES.includes(path.basename(name)))
		.filter((name) => statSync(path.join(folder, name)).isFile())
		.sort();
	const cases = await Promise.all(names.map(async (name) => await readCase(folder, name)));
	return cases.flat();
}

/** A pair, or any file that has a workflow; other files are skipped. */
async function readCase(folder: string, name: string): Promise<Case[]> {
	const content = readFileSync(path.join(folder, name));
	try {
		const parsed: unknown = name.endsWith('.json') ? JSON.parse(content.toString('utf8')) : undefined;
		if (isRecord(parsed) && isRecord(parsed.ui) && isRecord(parsed.api)) return [parsed as unknown as Case];
		const { uiWorkflow } = await readWorkflowFile(content);
		return uiWorkflow ? [{ name, ui: uiWorkflow as unknown as Case['ui'] }] : [];
	} catch {
		return [];
	}
}

function print(line: string): void {
	process.stdout.write(`${line}\n`);
}

main().then(
	(isEqual) => process.exit(isEqual ? 0 : 1),
	(error: unknown) => {
		process.stderr.write(`${(error as Error).message}\n${USAGE}`);
		process.exit(2);
	},
);
