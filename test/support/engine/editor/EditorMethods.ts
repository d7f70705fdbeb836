import { LoadOptionsContext } from 'n8n-core';
import {
	NodeHelpers,
	UserError,
	Workflow,
	type ILoadOptionsFunctions,
	type INode,
	type INodeListSearchResult,
	type INodeParameters,
	type INodePropertyOptions,
	type INodeType,
	type ResourceMapperFields,
} from 'n8n-workflow';
import { createAdditionalData } from '../additionalData';
import type { CredentialsHelper } from '../credentials/CredentialsHelper';
import type { CredentialStore } from '../credentials/CredentialStore';
import type { NodeTypes } from '../NodeTypes';
import type { EditorRequest, ListSearchRequest } from '../types';
import { assignCredentials } from '../workflow';

type MethodKind = 'listSearch' | 'loadOptions' | 'resourceMapping';

/** Calls the methods behind dynamic parameters, as n8n's server does for the editor. */
export class EditorMethods {
	constructor(
		private readonly types: NodeTypes,
		private readonly store: CredentialStore,
		private readonly helper: CredentialsHelper,
	) {}

	async listSearch(request: ListSearchRequest): Promise<INodeListSearchResult> {
		const { filter, paginationToken } = request;
		const result = (await this.call('listSearch', request, filter, paginationToken)) as INodeListSearchResult;
		const token: unknown = result?.paginationToken;
		return typeof token === 'number' ? { ...result, paginationToken: String(token) } : result;
	}

	async loadOptions(request: EditorRequest): Promise<INodePropertyOptions[]> {
		return (await this.call('loadOptions', request)) as INodePropertyOptions[];
	}

	/** The second of two fields with one id is dropped, as n8n does. */
	async resourceMapping(request: EditorRequest): Promise<ResourceMapperFields> {
		const result = (await this.call('resourceMapping', request)) as ResourceMapperFields;
		const byId = new Map([...(result.fields ?? [])].reverse().map((field) => [field.id, field]));
		return { ...result, fields: result.fields?.filter((field) => byId.get(field.id) === field) };
	}

	private async call(kind: MethodKind, request: EditorRequest, ...args: unknown[]): Promise<unknown> {
		const typeVersion = request.typeVersion ?? this.types.latestVersion(request.nodeType);
		const nodeType = this.types.getByNameAndVersion(request.nodeType, typeVersion);
		const method = findMethod(nodeType, kind, request.method);
		const node: INode = {
			id: 'uuid-1234',
			name: 'Temp-Node',
			type: request.nodeType,
			typeVersion,
			position: [0, 0],
			parameters: request.parameters ?? {},
			credentials: assignCredentials(
				this.types,
				request.nodeType,
				typeVersion,
				request.credentials,
				this.store,
			),
		};
		const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes: this.types });
		const additionalData = createAdditionalData(this.helper, {
			currentNodeParameters: withDefaults(nodeType, node),
		});
		const context = new LoadOptionsContext(workflow, node, additionalData, request.path ?? '');
		return await workflow.expression.withIsolate(async () => await method.call(context, ...args));
	}
}

type Method = (this: ILoadOptionsFunctions, ...args: unknown[]) => Promise<unknown>;

function findMethod(nodeType: INodeType, kind: MethodKind, name: string): Method {
	const method = nodeType.methods?.[kind]?.[name];
	if (method) return method as Method;
	const available = Object.keys(nodeType.methods?.[kind] ?? {}).join(', ') || 'none';
	throw new UserError(
		`Node type "${nodeType.description.name}" has no ${kind} method named "${name}"; it has: ${available}`,
	);
}

/** The editor sends all parameters of the node, those that the user left alone included. */
function withDefaults({ description }: INodeType, node: INode): INodeParameters {
	const { properties } = description;
	return (
		NodeHelpers.getNodeParameters(properties, node.parameters, true, false, node, description) ??
		node.parameters
	);
}
