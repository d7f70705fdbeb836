import { CredentialTestContext } from 'n8n-core';
import type { ICredentialDataDecryptedObject, ICredentialsDecrypted } from 'n8n-workflow';
import { createAdditionalData } from '../additionalData';
import type { NodeTypes } from '../NodeTypes';
import type { CredentialTestResult } from '../types';
import type { CredentialsHelper } from './CredentialsHelper';
import type { CredentialStore } from './CredentialStore';
import type { CredentialTypes } from './CredentialTypes';
import { findCredentialTest } from './findTest';
import { resolveData } from './resolveData';
import { runTestRequest } from './testRequest';

/** Tests a credential as n8n does when a user saves it. */
export class CredentialTester {
	constructor(
		private readonly nodeTypes: NodeTypes,
		private readonly types: CredentialTypes,
		private readonly store: CredentialStore,
		private readonly helper: CredentialsHelper,
	) {}

	async test(type: string, data: ICredentialDataDecryptedObject): Promise<CredentialTestResult> {
		const test = findCredentialTest(type, this.types, this.nodeTypes);
		if (!test) return { status: 'Error', message: 'No testing function found for this credential.' };

		const additionalData = createAdditionalData(this.helper);
		const { id, name } = this.store.put(type, data);
		const credential: ICredentialsDecrypted = { id: id ?? '', name, type };
		try {
			const properties = this.types.properties(type);
			credential.data = await resolveData(properties, data, { additionalData, mode: 'internal' });
		} catch (error) {
			return { status: 'Error', message: (error as Error).message };
		}
		if ('run' in test) {
			return await test.run.call(new CredentialTestContext(additionalData), credential);
		}
		return await runTestRequest(test, credential, this.helper);
	}
}
