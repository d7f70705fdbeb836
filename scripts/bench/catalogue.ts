import { performance } from 'node:perf_hooks';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { listFields, toApiFormat, type ObjectInfo } from '../../nodes/client';
import { bigCatalogue } from './bigCatalogue';
import { manyNodes, type EditorFile } from './editorWorkflow';
import { startBeside } from './helperProcess';
import { median, ms, report, startEngine, type } from './setup';

const TYPES = 5000;
const ROUNDS = 15;

/** What a big installation costs: conversion, the form and a node's drop-down with thousands of node types. */
async function main(): Promise<void> {
	const folder = path.resolve(__dirname, '../../test/fixtures/conversion');
	const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
	const objectInfo = { ...bigCatalogue(TYPES), ...(read('catalogue.json') as object) } as ObjectInfo;
	const saved = JSON.stringify(manyNodes([(read('default-graph.json') as { ui: EditorFile }).ui], 500));
	const { prompt, markedInputs } = toApiFormat(saved, objectInfo);
	const converting = await timed(() => toApiFormat(saved, objectInfo));
	const listing = await timed(() => listFields(prompt, objectInfo, markedInputs));

	const server = await startBeside('littleServer.ts', String(TYPES));
	const engine = await startEngine();
	const asked = { credentials: { comfyUiApi: { url: server.url } } };
	const dropDown = async () =>
		await engine.listSearch({
			nodeType: type('ObjectInfo'),
			method: 'searchNodeTypes',
			filter: 'sampler',
			...asked,
		});
	const form = async () =>
		await engine.resourceMapping({
			nodeType: type('RunWorkflow'),
			method: 'workflowInputs',
			parameters: { workflowSource: 'json', workflow: saved },
			...asked,
		});
	const [first] = await times(dropDown, 1);
	const { fields } = await form();
	if (fields.length === 0) throw new Error('the form is empty');
	const openings = await timed(dropDown);
	const forms = await timed(form);
	await engine.stop();
	server.stop();
	report(
		`${TYPES} node types, ${(JSON.stringify(objectInfo).length / 1e6).toFixed(1)} MB`,
		`a workflow of 500 nodes to API format: ${ms(converting)} (aim: at most 50 ms); the list of its inputs: ${ms(listing)}`,
		`a node's drop-down in n8n's engine: ${ms(openings)}; the first time, with the catalogue fetched: ${ms(first)}`,
		`the form of these 500 nodes, ${fields.length} fields, in n8n's engine: ${ms(forms)}`,
	);
}

const timed = async (work: () => unknown) => median(await times(work, ROUNDS));

async function times(work: () => unknown, count: number): Promise<number[]> {
	const all: number[] = [];
	for (let round = 0; round < count; round++) {
		const start = performance.now();
		await work();
		all.push(performance.now() - start);
	}
	return all;
}

void main();
