import type { ApiNode, ApiWorkflow } from '../../core/ApiWorkflow';

/** `photo.png [asset 9f8a...]`: an uploaded file in one text, like ComfyUI's own `photo.png [temp]`. */
const REFERENCE = /^(.*) \[asset ([\w-]{1,100})\]$/s;

/** The text that stands for an uploaded file until the workflow is sent. */
export function assetText(id: string, filename: string): string {
	return `${filename} [asset ${id}]`;
}

/** Puts the object that the API wants in the place of every such text. Objects given by hand stay. */
export function withAssets(workflow: ApiWorkflow): ApiWorkflow {
	return Object.fromEntries(
		Object.entries(workflow).map(([id, node]): [string, ApiNode] => {
			const inputs = Object.entries(node.inputs).map(([name, value]) => [name, toReference(value)]);
			return [id, { ...node, inputs: Object.fromEntries(inputs) as ApiNode['inputs'] }];
		}),
	);
}

function toReference(value: unknown): unknown {
	const [, filename, id] = (typeof value === 'string' && REFERENCE.exec(value)) || [];
	return id ? { __type: 'core/ASSET', info: { id, file_path: filename } } : value;
}
