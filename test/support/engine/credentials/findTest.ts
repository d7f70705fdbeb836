import type {
	ICredentialTestFunction,
	ICredentialTestRequest,
	INodeType,
	IVersionedNodeType,
} from 'n8n-workflow';
import type { NodeTypes } from '../NodeTypes';
import type { CredentialTypes } from './CredentialTypes';

export type CredentialTest =
	| { run: ICredentialTestFunction }
	| { request: ICredentialTestRequest; nodeType?: INodeType };

/** The test of a credential: its own, else that of the first node that names one in `testedBy`. */
export function findCredentialTest(
	name: string,
	credentialTypes: CredentialTypes,
	nodeTypes: NodeTypes,
): CredentialTest | undefined {
	const { test } = credentialTypes.getByName(name);
	if (test) return { request: test };
	for (const { type, source } of nodeTypes.all()) {
		const declared = type.description.credentials?.find((used) => used.name === name && used.testedBy);
		if (!declared?.testedBy) continue;
		if (typeof declared.testedBy !== 'string') return { request: declared.testedBy, nodeType: type };
		const run = findTestMethod(source, declared.testedBy);
		return run && { run };
	}
	return undefined;
}

function findTestMethod(
	source: INodeType | IVersionedNodeType,
	name: string,
): ICredentialTestFunction | undefined {
	if (!('nodeVersions' in source)) return source.methods?.credentialTest?.[name];
	const newestFirst = Object.values(source.nodeVersions).reverse();
	return newestFirst.find((type) => type.methods?.credentialTest?.[name])?.methods?.credentialTest?.[name];
}
