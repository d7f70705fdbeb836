import {
	isExpression,
	UnexpectedError,
	type IAuthenticate,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type Workflow,
} from 'n8n-workflow';

/** Puts a credential into a request: by the type's function, or by its `generic` description. */
export async function authenticateRequest(
	authenticate: IAuthenticate | undefined,
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
	workflow?: Workflow,
	node?: INode,
): Promise<IHttpRequestOptions> {
	if (!authenticate) return request;
	if (typeof authenticate === 'function') return await authenticate(credentials, request);
	if (!workflow || !node) {
		throw new UnexpectedError('Workflow and node are required for declarative credential authentication');
	}
	const resolve = (value: unknown) => resolveValue(value, credentials, workflow, node);

	request.headers ??= {};
	if (authenticate.type !== 'generic') return request;
	for (const [part, values] of Object.entries(authenticate.properties)) {
		const target = ((request as unknown as IDataObject)[part] ??= {}) as IDataObject;
		for (const [key, value] of Object.entries(values as IDataObject)) {
			target[String(resolve(key))] = resolve(value) as string;
		}
	}
	return request;
}

/** n8n's rule: an expression that comes to nothing is an empty string, not an absent key. */
function resolveValue(
	value: unknown,
	credentials: ICredentialDataDecryptedObject,
	workflow: Workflow,
	node: INode,
): unknown {
	if (!isExpression(value)) return value;
	const keys = { $credentials: credentials as never };
	const resolved = workflow.expression.getSimpleParameterValue(node, value, 'internal', keys, undefined, '');
	return resolved ? resolved.toString() : '';
}
