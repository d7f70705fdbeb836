import { DirectoryLoader, RoutingNode, UnrecognizedNodeTypeError } from 'n8n-core';
import {
	NodeHelpers,
	type IDataObject,
	type IExecuteFunctions,
	type INodeType,
	type INodeTypeDescription,
	type INodeTypes,
	type IVersionedNodeType,
} from 'n8n-workflow';
import { instantiate } from './instantiate';
import type { NodeTypeSource } from './types';

/** The node types of an engine, by full name. */
export class NodeTypes implements INodeTypes {
	private readonly types: Map<string, INodeType | IVersionedNodeType>;

	constructor(sources: Record<string, NodeTypeSource>) {
		this.types = new Map(
			Object.entries(sources).map(([name, source]) => [
				name,
				instantiate<INodeType | IVersionedNodeType>(source),
			]),
		);
		for (const type of this.types.values()) versionsOf(type).forEach(completeDeclarative);
	}

	getByName(name: string): INodeType | IVersionedNodeType {
		const type = this.types.get(name);
		if (type) return type;
		const [packageName, ...rest] = name.split('.');
		throw new UnrecognizedNodeTypeError(packageName, rest.join('.'));
	}

	getByNameAndVersion(name: string, version?: number): INodeType {
		return NodeHelpers.getVersionedNodeType(this.getByName(name), version);
	}

	getKnownTypes(): IDataObject {
		return Object.fromEntries([...this.types.keys()].map((name) => [name, {}]));
	}

	/** The version that the editor gives to a new node. */
	latestVersion(name: string): number {
		const type = this.getByName(name);
		if ('nodeVersions' in type) return type.currentVersion;
		const { version, defaultVersion } = type.description;
		return defaultVersion ?? (Array.isArray(version) ? version[version.length - 1] : version);
	}

	/** All versions of all types, as n8n looks through them for a credential's test. */
	*all(): Generator<{ name: string; type: INodeType; source: INodeType | IVersionedNodeType }> {
		for (const [name, source] of this.types) {
			for (const type of versionsOf(source)) yield { name, type, source };
		}
	}
}

function versionsOf(type: INodeType | IVersionedNodeType): INodeType[] {
	return 'nodeVersions' in type ? Object.values(type.nodeVersions) : [type];
}

/** n8n's routing runs a node without its own code; n8n adds that, and the request options, on loading. */
function completeDeclarative(type: INodeType): void {
	const description: INodeTypeDescription = type.description;
	const declarative = description.requestDefaults !== undefined;
	if (type.execute || type.supplyData || type.poll || type.trigger) return;
	if (!declarative && (type.webhook || type.methods)) return;
	DirectoryLoader.applyDeclarativeNodeOptionParameters(type);
	type.execute = async function (this: IExecuteFunctions) {
		const routing = new RoutingNode(this as never, type);
		return (await routing.runNode()) ?? [];
	};
}
