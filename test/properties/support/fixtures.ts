import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiWorkflow, ObjectInfo } from '../../../nodes/client';
import { textToImage, picture, slow } from '../../client/support/workflows';

const folder = join(__dirname, '..', '..', 'fixtures');

interface Pair {
	ui: Record<string, unknown>;
	api: ApiWorkflow;
}

const readJson = (...path: string[]): unknown => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));

const pairs = readdirSync(join(folder, 'conversion'))
	.filter((name) => name !== 'catalogue.json')
	.map((name) => readJson('conversion', name) as Pair);

/** Workflows of the editor. */
export const uiWorkflows = pairs.map(({ ui }) => ui);
/** Workflows in API format. */
export const apiWorkflows: ApiWorkflow[] = [...pairs.map(({ api }) => api), textToImage(), picture(), slow()];
/** The catalogue that the pairs were converted with. */
export const pairCatalogue = readJson('conversion', 'catalogue.json') as ObjectInfo;
/** What a server answers. */
const serverCatalogue = readJson('object_info.json') as ObjectInfo;
/** Definitions one by one, for what concerns single node types. */
export const definitions = Object.entries({ ...serverCatalogue, ...pairCatalogue }).map(
	([name, definition]) => ({
		[name]: definition,
	}),
);

interface RecordedLine {
	via?: string;
	path?: string;
	text?: string;
	binary_base64?: string;
	body?: string;
}

/** Of every version. */
function recordingFiles(): string[] {
	const names = readdirSync(join(folder, 'recordings'), { recursive: true, encoding: 'utf8' });
	return names.filter((name) => name.endsWith('.jsonl')).map((name) => join(folder, 'recordings', name));
}

const recorded = recordingFiles().flatMap((file) =>
	readFileSync(file, 'utf8')
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as RecordedLine),
);

/** Text frames of a real server, NaN included. */
export const messageTexts = recorded.flatMap(({ via, text }) => (via === 'ws' && text ? [text] : []));
/** Binary frames of a real server. */
export const frames = recorded.flatMap(({ binary_base64: text }) =>
	text ? [Buffer.from(text, 'base64')] : [],
);

/** JSON answers of a real server to requests below a path. */
export function answersTo(path: RegExp): unknown[] {
	return recorded.flatMap(({ via, path: asked, body }) => {
		if (via !== 'http' || !body || !path.test(asked ?? '') || !/^[{[]/.test(body)) return [];
		return [JSON.parse(body.replace(/-?\bInfinity\b|\bNaN\b/g, 'null')) as unknown];
	});
}

/** Files of real encoders with a workflow in them, the small ones. */
export function realFiles(): Buffer[] {
	const all = [folder, 'embedded'].join('/');
	const names = [
		...readdirSync(all).map((name) => join(all, name)),
		...readdirSync(join(all, 'comfyui-0.3.64')).map((name) => join(all, 'comfyui-0.3.64', name)),
	];
	return names
		.filter((name) => statSync(name).isFile() && !name.endsWith('.md') && statSync(name).size < 40_000)
		.map((name) => readFileSync(name));
}
