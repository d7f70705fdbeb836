import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { IConnections, INode } from 'n8n-workflow';
import type { ApiWorkflow } from '../../../nodes/client';

/** The folder of the gallery. */
export const galleryFolder = path.resolve(__dirname, '../../../examples/gallery');

/** A workflow of n8n, as it is exported. */
export interface FlowFile {
	name: string;
	nodes: INode[];
	connections: IConnections;
}

/** The names of the folders, one for each flow. */
export const galleryNames = readdirSync(galleryFolder, { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => name)
	.sort();

/** Every n8n workflow of the gallery: `[folder, file]`. */
export const flowFiles = galleryNames.flatMap((name) =>
	readdirSync(path.join(galleryFolder, name))
		.filter((file) => file.startsWith('n8n') && file.endsWith('.json'))
		.map((file): [string, string] => [name, file]),
);

export function readText(name: string, file: string): string {
	return readFileSync(path.join(galleryFolder, name, file), 'utf8');
}

export const readFlow = (name: string, file = 'n8n.json') => JSON.parse(readText(name, file)) as FlowFile;

/** The ComfyUI workflow of a folder in API format. */
export const readApiWorkflow = (name: string) =>
	JSON.parse(readText(name, 'workflow.api.json')) as ApiWorkflow;
