import { type ApiWorkflow } from '../core/ApiWorkflow';
import { isRecord } from '../core/guards';

/** A workflow as a server keeps it. Whatever is no node is left out; undefined when it is no workflow at all. */
export function storedWorkflow(value: unknown): ApiWorkflow | undefined {
	if (!isRecord(value)) return undefined;
	if (Object.values(value).every(isRecord)) return value as ApiWorkflow;
	return Object.fromEntries(Object.entries(value).filter(([, node]) => isRecord(node))) as ApiWorkflow;
}
