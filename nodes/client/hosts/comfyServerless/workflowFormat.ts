import { knownNodes } from '../../objectInfo/KnownNode';
import { BigInteger } from '../../core/json';
import { sanitize } from '../../protocol/safeToSend';
import { isLink, type ApiNode, type ApiWorkflow, type Link } from '../../core/ApiWorkflow';
import type { NodeInput } from '../../objectInfo/inputs';
import { isRecord } from '../../core/guards';
import type { ObjectInfo } from '../../objectInfo/types';

/** One input in the form of the service. A link is a value too: `["4", 0]`. */
interface ServerlessInput {
	name: string;
	/** As in `/object_info`: `INT`, `STRING`, `COMBO`, `MODEL` ...; `*` for an unknown type. */
	type: string;
	value: unknown;
	/** Null is then refused. */
	required: boolean;
}

/** One node in the form of the service. */
interface ServerlessNode {
	id: string;
	class_type: string;
	inputs: ServerlessInput[];
	outputs: string[];
}

/** A workflow in the form of the service. */
interface ServerlessWorkflow {
	nodes: Record<string, ServerlessNode>;
	metadata: Record<string, unknown>;
}

const ANY = '*';

/**
 * Converts a workflow from API format to the form of the service.
 * @param objectInfo types and required inputs; for unknown node types they are inferred from the values
 * @throws InvalidWorkflowError for a workflow without nodes
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

/** The type of the value of a link, when the type of its source node is known. */
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
