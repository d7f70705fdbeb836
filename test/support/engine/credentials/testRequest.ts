import { ExecuteContext, RoutingNode } from 'n8n-core';
import {
	createEmptyRunExecutionData,
	Workflow,
	type ICredentialsDecrypted,
	type ICredentialTestRequest,
	type INode,
	type INodeType,
	type INodeTypes,
} from 'n8n-workflow';
import { createAdditionalData } from '../additionalData';
import { TestNoOp } from '../nodes/Passthrough';
import type { CredentialTestResult } from '../types';
import type { CredentialsHelper } from './CredentialsHelper';
import { failureMessage, unwantedAnswer } from './testVerdict';

interface RequestTest {
	request: ICredentialTestRequest;
	nodeType?: INodeType;
}

/** Sends a test request through a made-up declarative node, the way n8n does it. */
export async function runTestRequest(
	test: RequestTest,
	credential: ICredentialsDecrypted,
	helper: CredentialsHelper,
): Promise<CredentialTestResult> {
	const nodeType = disguise(test.nodeType ?? new TestNoOp(), test.request, credential.type);
	const node = nodeFor(nodeType, credential);
	const nodeTypes: INodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const context = new ExecuteContext(
		workflow,
		node,
		createAdditionalData(withData(helper, credential), { currentNodeParameters: node.parameters }),
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	const routing = new RoutingNode(context, nodeType, credential);
	try {
		const answer = await workflow.expression.withIsolate(async () => await routing.runNode());
		const complaint = unwantedAnswer(test.request, answer?.[0]?.[0]?.json);
		if (complaint !== undefined) return { status: 'Error', message: complaint };
	} catch (error) {
		return { status: 'Error', message: failureMessage(test.request, error as Error) };
	}
	return { status: 'OK', message: 'Connection successful!' };
}

function disguise(
	nodeType: INodeType,
	{ request }: ICredentialTestRequest,
	credentialType: string,
): INodeType {
	return {
		description: {
			...nodeType.description,
			credentials: [{ name: credentialType, required: true }],
			properties: [{ displayName: 'Temp', name: 'temp', type: 'string', routing: { request }, default: '' }],
		},
	};
}

function nodeFor({ description }: INodeType, { id, name, type }: ICredentialsDecrypted): INode {
	const { version } = description;
	return {
		id: 'temp',
		name: 'Temp-Node',
		type: description.name,
		typeVersion: Array.isArray(version) ? version[version.length - 1] : version,
		position: [0, 0],
		parameters: {},
		credentials: { [type]: { id, name } },
	};
}

/** The test uses what is in the form, which need not be saved yet. */
function withData(helper: CredentialsHelper, credential: ICredentialsDecrypted): CredentialsHelper {
	const getDecrypted: CredentialsHelper['getDecrypted'] = async (...args) => {
		const raw = args[5];
		return raw ? await helper.getDecrypted(...args) : (credential.data ?? {});
	};
	return new Proxy(helper, {
		get: (target, property) => {
			if (property === 'getDecrypted') return getDecrypted;
			const value: unknown = Reflect.get(target, property);
			return typeof value === 'function' ? value.bind(target) : value;
		},
	});
}
