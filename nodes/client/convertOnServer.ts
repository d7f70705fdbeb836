import type { Conversion, ConversionOptions } from './convert/toApiFormat';
import type { ApiWorkflow } from './core/ApiWorkflow';
import type { AbortOptions } from './core/time';
import { roleInputs, type RoleValues } from './fields/workflowRoles';
import type { Host } from './hosts/Host';
import { isPartial, markPartial } from './objectInfo/partial';
import {
	replaceNodes,
	usableReplacements,
	withOldTypes,
	type NodeReplacements,
} from './objectInfo/replacements';
import { definitionOf, type ObjectInfo } from './objectInfo/types';
import { withNodeTypes } from './objectInfo/withNodeTypes';
import { isSafeToSend } from './protocol/safeToSend';
import { readWorkflow, type FoundWorkflow } from './workflow/parse';
import { setInputs } from './workflow/setInputs';
import { usedTypes } from './workflow/usedTypes';

/** The parts of a client that a conversion uses. */
export interface ConvertingServer {
	objectInfo(options: AbortOptions & { nodeTypes?: readonly string[] }): Promise<ObjectInfo>;
	nodeReplacements(options?: AbortOptions): Promise<NodeReplacements>;
}

/** What replaces the node types of a workflow that the server no longer has, and the catalogue with the new types. */
interface Replacing {
	replacements: NodeReplacements;
	objectInfo: ObjectInfo;
}

/**
 * Asks for replacements only if a node type is not installed and runs on the server.
 * @param objectInfo at least the node types of the workflow that are installed
 */
export async function findReplacements(
	server: ConvertingServer,
	nodeTypes: readonly string[],
	objectInfo: ObjectInfo,
	{ signal }: AbortOptions = {},
): Promise<Replacing> {
	const none = { replacements: new Map<string, never>(), objectInfo };
	const { virtualNodeKind } = await import('./convert/virtualNodes');
	const missing = nodeTypes.filter((type) => !definitionOf(type, objectInfo) && !virtualNodeKind(type));
	if (missing.length === 0) return none;
	const table = await server.nodeReplacements({ signal });
	const newTypes = missing.flatMap((type) => table.get(type)?.newType ?? []);
	if (newTypes.length === 0) return none;
	const all = [...nodeTypes, ...newTypes];
	const known = isPartial(objectInfo) ? await server.objectInfo({ nodeTypes: all, signal }) : objectInfo;
	return { replacements: usableReplacements(missing, table, known), objectInfo: known };
}

/**
 * Converts a workflow to API format, and replaces node types that the server no longer has by those that it names instead,
 * with a warning for each node.
 * @param objectInfo at least the node types of the workflow that the server has
 * @returns also the catalogue with the new types
 * @throws MissingNodeTypesError, InvalidWorkflowError
 */
export async function convertOnServer(
	server: ConvertingServer,
	found: FoundWorkflow,
	objectInfo: ObjectInfo,
	options: ConversionOptions = {},
	{ signal }: AbortOptions = {},
): Promise<Conversion & { objectInfo: ObjectInfo }> {
	const { convertWorkflow } = await import('./convert/toApiFormat'); // large: loaded when it is used
	const types = usedTypes(found);
	const { replacements, objectInfo: known } = await findReplacements(server, types, objectInfo, { signal });
	if (replacements.size === 0) return { ...convertWorkflow(found, objectInfo, options), objectInfo };
	const extended = withOldTypes(known, replacements);
	const asked = [...types, ...[...replacements.values()].map(({ newType }) => newType)];
	const converted = convertWorkflow(
		found,
		isPartial(known) ? markPartial(extended, asked) : extended,
		options,
	);
	const { workflow, remarks } = replaceNodes(converted.prompt, replacements);
	const warnings = remarks.map((text) => ({ reason: 'replaced-type', text }));
	return {
		...converted,
		prompt: workflow,
		warnings: [...converted.warnings, ...warnings],
		objectInfo: known,
	};
}

/**
 * A workflow (object, JSON text, or a wrapper around it) in API format; one in the editor's format is converted.
 * @throws InvalidWorkflowError, MissingNodeTypesError
 */
export async function toApiWorkflow(
	server: ConvertingServer,
	source: unknown,
	{ signal }: AbortOptions = {},
): Promise<ApiWorkflow> {
	if (isSafeToSend(source)) return source; // it was parsed before
	const found = readWorkflow(source);
	if (found.workflow) return found.workflow;
	const convert = async (objectInfo: ObjectInfo) =>
		(await convertOnServer(server, found, objectInfo, {}, { signal })).prompt;
	return await withNodeTypes(server, usedTypes(found), convert, { signal });
}

/**
 * Sets the prompt, the image, the size and so on in whatever nodes of a workflow they are.
 * @param source what {@link toApiWorkflow} takes
 * @throws InvalidWorkflowError for a role that the workflow does not have, or that inputs with different values play
 * @throws InvalidInputError for null, which sets nothing
 */
export async function withRoles(
	server: ConvertingServer & { readonly host: Pick<Host, 'capabilities'> },
	source: unknown,
	roles: RoleValues,
	{ signal }: AbortOptions = {},
): Promise<ApiWorkflow> {
	const workflow = await toApiWorkflow(server, source, { signal });
	const set = (objectInfo?: ObjectInfo) =>
		setInputs(workflow, roleInputs(workflow, roles, objectInfo), objectInfo);
	if (!server.host.capabilities.catalogue) return set();
	return await withNodeTypes(server, usedTypes({ workflow }), set, { signal });
}
