import { UnrecognizedCredentialTypeError } from 'n8n-core';
import {
	injectDomainRestrictionFields,
	NodeHelpers,
	type ICredentialType,
	type ICredentialTypes,
	type INodeProperties,
} from 'n8n-workflow';
import { instantiate } from '../instantiate';
import type { NodeTypes } from '../NodeTypes';
import type { CredentialTypeSource } from '../types';

/** The credential types of an engine, with the "Allowed Domains" fields that n8n adds to each that authenticates. */
export class CredentialTypes implements ICredentialTypes {
	private readonly types = new Map<string, ICredentialType>();

	constructor(
		sources: Record<string, CredentialTypeSource>,
		private readonly nodeTypes: NodeTypes,
	) {
		for (const [name, source] of Object.entries(sources)) {
			const type = instantiate(source);
			type.properties = injectDomainRestrictionFields(type);
			this.types.set(name, type);
		}
	}

	recognizes(name: string): boolean {
		return this.types.has(name);
	}

	getByName(name: string): ICredentialType {
		const type = this.types.get(name);
		if (!type) throw new UnrecognizedCredentialTypeError(name);
		return type;
	}

	/** The node types that declare the credential. */
	getSupportedNodes(name: string): string[] {
		const names = [...this.nodeTypes.all()]
			.filter(({ type }) => type.description.credentials?.some((used) => used.name === name))
			.map((entry) => entry.name);
		return [...new Set(names)];
	}

	getParentTypes(name: string): string[] {
		const parents = this.types.get(name)?.extends ?? [];
		return parents.flatMap((parent) => [parent, ...this.getParentTypes(parent)]);
	}

	/** The fields of a type, those it inherits included. */
	properties(name: string): INodeProperties[] {
		const type = this.getByName(name);
		const combined: INodeProperties[] = [];
		for (const parent of type.extends ?? []) {
			NodeHelpers.mergeNodeProperties(combined, this.properties(parent));
		}
		NodeHelpers.mergeNodeProperties(combined, type.properties);
		return combined;
	}
}
