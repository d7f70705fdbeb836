import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { ComfyUiClient } from '../client/ComfyUiClient';
import { isComfyUiError, UnexpectedResponseError } from '../client/errors';
import { readAccess } from './access';
import { credentialTestTransport } from './transport';

/** A person waits for the answer. */
const TIMEOUT_MS = 15_000;

/**
 * Tells which is the case: fine, with the version; not reachable; a login page; refused; or not a
 * ComfyUI at all.
 */
export async function testComfyUiApi(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	try {
		const access = readAccess(credential.data ?? {});
		const client = ComfyUiClient.connect({
			url: access.base,
			headers: access.headers,
			query: access.query,
			transport: credentialTestTransport(this.helpers, access),
			idleTimeoutMs: TIMEOUT_MS,
		});
		const { system, devices } = await client.getSystemStats();
		if (typeof system !== 'object' || !Array.isArray(devices)) throw notComfyUi(access.base);
		const version = system.comfyui_version ? ` ${system.comfyui_version}` : '';
		const device = devices[0]?.name ? ` on ${devices[0].name}` : '';
		return { status: 'OK', message: `Connected to ComfyUI${version}${device}.` };
	} catch (error) {
		if (!isComfyUiError(error)) return { status: 'Error', message: 'The credential could not be tested.' };
		return { status: 'Error', message: [error.message, error.hint].filter(Boolean).join(' ') };
	}
}

function notComfyUi(base: string): UnexpectedResponseError {
	return new UnexpectedResponseError(
		`Something answers at ${base}, but it is not a ComfyUI.`,
		200,
		'Enter the address that opens the ComfyUI editor in a browser.',
	);
}
