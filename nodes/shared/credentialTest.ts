import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunction,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { isComfyUiError } from '../client/core/errors';
import type { Access } from './hosts/access';
import type { HostKind } from './hosts/HostKind';
import { credentialTestTransport } from './n8nTransport';

/** A user waits for the result. */
const TIMEOUT_MS = 15_000;

/**
 * The test of a credential. The message says what the server is, or why the test failed: not reachable, refused, a login
 * page, or something that is not ComfyUI.
 */
export function credentialTest(kind: HostKind): ICredentialTestFunction {
	return async function (
		this: ICredentialTestFunctions,
		credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
	): Promise<INodeCredentialTestResult> {
		try {
			const data = credential.data ?? {};
			const transportTo = (access: Access) => credentialTestTransport(this.helpers, access);
			const transport = transportTo(kind.readAccess(data));
			const loggedIn = await kind.testLogin?.(data, transport);
			const connect = await kind.load();
			const host = connect(data, { transport, idleTimeoutMs: TIMEOUT_MS }, transportTo);
			return { status: 'OK', message: loggedIn ?? (await host.verify()) };
		} catch (error) {
			if (!isComfyUiError(error)) return { status: 'Error', message: 'The credential could not be tested.' };
			return { status: 'Error', message: [sentence(error.message), error.hint].filter(Boolean).join(' ') };
		}
	};
}

/** Adds a full stop: some messages end with a number or with the text of the server. */
function sentence(message: string): string {
	return /[.!?…]$/.test(message) ? message : `${message}.`;
}
