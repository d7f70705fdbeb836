import { getAdditionalKeys } from 'n8n-core';
import {
	NodeHelpers,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentialsExpressionResolveValues,
	type IExecuteData,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeType,
	type INodeTypes,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

export interface ResolveContext {
	additionalData: IWorkflowExecuteAdditionalData;
	mode: WorkflowExecuteMode;
	executeData?: IExecuteData;
	/** The item a node works on; absent in the editor and in credential tests. */
	item?: ICredentialsExpressionResolveValues;
}

/** What a node gets to see: the stored data, plus the defaults of fields left alone, expressions evaluated. */
export async function resolveData(
	properties: INodeProperties[],
	stored: ICredentialDataDecryptedObject,
	context: ResolveContext,
): Promise<ICredentialDataDecryptedObject> {
	const data = withDefaults(properties, stored);
	const { additionalData, mode, executeData, item } = context;
	const keys = getAdditionalKeys(additionalData, mode, null, { isCredential: true });
	if (!item) return await withoutItem(data, mode, keys);
	try {
		return item.workflow.expression.getParameterValue(
			data,
			item.runExecutionData,
			item.runIndex,
			item.itemIndex,
			item.node.name,
			item.connectionInputData,
			mode,
			keys,
			executeData,
			false,
			data,
		) as ICredentialDataDecryptedObject;
	} catch (error) {
		(error as Error).message += ' [Error resolving credentials]';
		throw error;
	}
}

/** n8n drops what is no field of the type, but for the domain restriction, which users also set through its API. */
function withDefaults(
	properties: INodeProperties[],
	stored: ICredentialDataDecryptedObject,
): INodeParameters {
	const data = NodeHelpers.getNodeParameters(
		properties,
		stored as INodeParameters,
		true,
		false,
		null,
		null,
	) as INodeParameters;
	for (const field of ['allowedHttpRequestDomains', 'allowedDomains']) {
		data[field] ??= stored[field] as INodeParameters[string];
		if (data[field] === undefined) delete data[field];
	}
	return data;
}

const mockNode: INode = {
	id: 'mock',
	name: '',
	typeVersion: 1,
	type: 'mock',
	position: [0, 0],
	parameters: {},
};
const mockType = { description: { properties: [] } } as unknown as INodeType;
const mockTypes: INodeTypes = {
	getByName: () => mockType,
	getByNameAndVersion: () => mockType,
	getKnownTypes: () => ({}),
};

async function withoutItem(
	data: INodeParameters,
	mode: WorkflowExecuteMode,
	keys: ReturnType<typeof getAdditionalKeys>,
): Promise<ICredentialDataDecryptedObject> {
	const workflow = new Workflow({ nodes: [mockNode], connections: {}, active: false, nodeTypes: mockTypes });
	return await workflow.expression.withIsolate(
		async () =>
			workflow.expression.getComplexParameterValue(
				mockNode,
				data,
				mode,
				keys,
				undefined,
				undefined,
				data,
			) as unknown as ICredentialDataDecryptedObject,
	);
}
