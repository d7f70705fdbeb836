import { knownNodes } from '../../objectInfo/KnownNode';
import { BigInteger } from '../../core/json';
import { sanitize } from '../../protocol/safeToSend';
import { isLink, type ApiNode, type ApiWorkflow, type Link } from '../../core/ApiWorkflow';
import type { NodeInput } from '../../objectInfo/inputs';
import { isRecord } from '../../core/guards';
import type { ObjectInfo } from '../../objectInfo/types';

/** One input as the service wants it. A connection is a value too: `["4", 0]`. */
interface ServerlessInput {
	name: string;
	/** As in ComfyUI's catalogue: `INT`, `STRING`, `COMBO`, `MODEL` ...; `*` for what cannot be told. */
	type: string;
	value: unknown;
	/** Null is refused where this is set. */
	required: boolean;
}

/** One node as the service wants it. */
interface ServerlessNode {
	id: string;
	class_type: string;
	inputs: ServerlessInput[];
	outputs: string[];
}

/** A workflow as the service wants it. */
interface ServerlessWorkflow {
	nodes: Record<string, ServerlessNode>;
	metadata: Record<string, unknown>;
}

const ANY = '*';

/**
 * Turns a workflow in API format into the service's own form.
 * @param objectInfo where types and what is required come from; what it does not have is inferred from the values
 * @throws InvalidWorkflowError when there are no nodes in it
 */
export function toServerless(workflow: ApiWorkflow, objectInfo: ObjectInfo = {}): ServerlessWorkflow {
	const nodes = sanitize(workflow);
	const known = knownNodes(nodes, objectInfo);
	const converted = Object.entries(nodes).map(([id, node]): [string, ServerlessNode] => [
		id,
		{
			id,
			class_type: node.class_type,
			inputs: toInputs(node, known.get(id)?.inputs, (link) => typeOfOutput(link, nodes, objectInfo)),
			outputs: [],
		},
	]);
	return { nodes: Object.fromEntries(converted), metadata: {} };
}

function toInputs(
	{ inputs }: ApiNode,
	listed: NodeInput[] = [],
	typeOfLink: (link: Link) => string,
): ServerlessInput[] {
	const known = new Map(listed.map((input) => [input.name, input]));
	return Object.entries(inputs).map(([name, value]) => {
		const input = known.get(name);
		const inferred = () => (isLink(value) ? typeOfLink(value) : typeOfValue(value));
		return {
			name,
			type: input && input.type !== ANY ? input.type : inferred(),
			value,
			required: input?.required ?? value !== null,
		};
	});
}

/** The type of what a connection brings, where the catalogue has the node that it comes from. */
function typeOfOutput([nodeId, slot]: Link, workflow: ApiWorkflow, objectInfo: ObjectInfo): string {
	const source = Object.hasOwn(workflow, nodeId) ? workflow[nodeId].class_type : '';
	const type = Object.hasOwn(objectInfo, source) ? objectInfo[source].output?.[slot] : undefined;
	if (Array.isArray(type)) return 'COMBO';
	return typeof type === 'string' ? type : ANY;
}

function typeOfValue(value: unknown): string {
	if (value instanceof BigInteger) return 'INT';
	if (typeof value === 'number') return Number.isInteger(value) ? 'INT' : 'FLOAT';
	if (typeof value === 'string') return 'STRING';
	if (typeof value === 'boolean') return 'BOOLEAN';
	if (Array.isArray(value)) return 'LIST';
	return isRecord(value) ? 'DICT' : ANY;
}
