import type { ApiWorkflow } from '../core/ApiWorkflow';
import type { CheckDetails } from './checkWorkflow';
import { isChosenFrom } from '../objectInfo/choices';
import type { UploadedFilePlace } from './WorkflowReport';
import { knownNodes, placeOf, unwrapped, type KnownNode } from '../objectInfo/KnownNode';
import { checkedSources, neededNodes, outputNodesOf } from '../objectInfo/graph';
import type { ObjectInfo } from '../objectInfo/types';

/**
 * The files that a workflow reads and that the catalogue does not list: it may be older than the upload, and
 * it never lists subfolders and names such as `a.png [temp]`. Whether they are there, only the server knows.
 */
export function uploadedFiles(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	{ outputNodes }: Pick<CheckDetails, 'outputNodes'> = {},
): UploadedFilePlace[] {
	const known = knownNodes(workflow, objectInfo);
	const outputs = outputNodesOf(workflow, objectInfo, outputNodes);
	const needed = neededNodes(checkedSources(workflow, known), outputs, known);
	return [...known.values()].filter(({ nodeId }) => needed.has(nodeId)).flatMap(filesOf);
}

function filesOf(known: KnownNode): UploadedFilePlace[] {
	return known.inputs.flatMap(({ name, upload, choices = [] }) => {
		const value = Object.hasOwn(known.node.inputs, name) ? unwrapped(known.node.inputs[name]) : undefined;
		if (!upload || typeof value !== 'string' || isChosenFrom(choices, value)) return [];
		return [{ ...placeOf(known, name), value, file: fileOf(value) }];
	});
}

/** `folder/name.png [temp]` in its parts; a file without a note is an input. */
function fileOf(value: string): UploadedFilePlace['file'] {
	const noted = /^(.*).\[(input|output|temp)\]$/s.exec(value); // one character before the note goes, as on the server
	const path = noted ? noted[1] : value;
	const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
	return {
		filename: path.slice(cut + 1),
		subfolder: path.slice(0, Math.max(cut, 0)).replaceAll('\\', '/'),
		type: (noted?.[2] ?? 'input') as UploadedFilePlace['file']['type'],
	};
}
