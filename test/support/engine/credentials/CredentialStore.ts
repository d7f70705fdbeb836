import {
	deepCopy,
	UserError,
	type ICredentialDataDecryptedObject,
	type INodeCredentialsDetails,
} from 'n8n-workflow';

interface StoredCredential {
	type: string;
	data: ICredentialDataDecryptedObject;
}

/**
 * Stands for n8n's credentials table. The same data given again is the same credential, so a token that
 * `preAuthentication` stored in one run is there in the next.
 */
export class CredentialStore {
	private readonly byId = new Map<string, StoredCredential>();
	private readonly idByContent = new Map<string, string>();

	put(type: string, data: ICredentialDataDecryptedObject): INodeCredentialsDetails {
		const content = JSON.stringify([type, data]);
		let id = this.idByContent.get(content);
		if (id === undefined) {
			id = String(this.byId.size + 1);
			this.idByContent.set(content, id);
			this.byId.set(id, { type, data: deepCopy(data) });
		}
		return { id, name: `${type} ${id}` };
	}

	/** A copy: what a node does to its credentials stays with the node. */
	read({ id, name }: INodeCredentialsDetails, type: string): ICredentialDataDecryptedObject {
		return deepCopy(this.find(id, name, type).data);
	}

	write({ id, name }: INodeCredentialsDetails, type: string, data: ICredentialDataDecryptedObject): void {
		this.find(id, name, type).data = deepCopy(data);
	}

	private find(id: string | null, name: string, type: string): StoredCredential {
		if (!id) throw new UserError(`Found credential with no ID: ${type} "${name}"`);
		const stored = this.byId.get(id);
		if (stored?.type === type) return stored;
		throw new UserError(`Credential with ID "${id}" does not exist for type "${type}".`);
	}
}
