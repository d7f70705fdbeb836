import type { ApiWorkflow } from '../../core/ApiWorkflow';

/** Every text that an input holds, also inside lists and objects. */
export function* textsIn(workflow: ApiWorkflow): Generator<string> {
	const open: unknown[] = Object.values(workflow).map((node) => node?.inputs);
	while (open.length > 0) {
		const value = open.pop();
		if (typeof value === 'string') yield value;
		else if (typeof value === 'object' && value !== null)
			for (const member of Object.values(value)) open.push(member);
	}
}
