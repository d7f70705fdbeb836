import type { ObjectInfo } from '../hosts/selfHosted/Catalogue';
import { isLink, type ApiWorkflow } from '../workflow/types';

/** Ids of the nodes that make a workflow runnable. */
export function outputNodesOf(workflow: ApiWorkflow, objectInfo: ObjectInfo): string[] {
	return Object.keys(workflow).filter((id) => {
		const type = workflow[id].class_type;
		return Object.hasOwn(objectInfo, type) && objectInfo[type].output_node === true;
	});
}

/**
 * Ids of the nodes that an output node depends on, and thus run; the server looks at no others. A node of
 * an unknown type may be an output node, and without any output node all are taken.
 */
export function runningNodesOf(workflow: ApiWorkflow, objectInfo: ObjectInfo): Set<string> {
	const ids = Object.keys(workflow);
	const unknown = ids.filter((id) => !Object.hasOwn(objectInfo, workflow[id].class_type));
	const ends = [...outputNodesOf(workflow, objectInfo), ...unknown];
	if (ends.length === 0) return new Set(ids);
	const running = new Set<string>();
	const open = ends;
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		if (running.has(id) || !Object.hasOwn(workflow, id)) continue;
		running.add(id);
		for (const value of Object.values(workflow[id].inputs)) if (isLink(value)) open.push(value[0]);
	}
	return running;
}
