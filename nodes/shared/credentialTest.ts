import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { ComfyUiClient } from '../client/ComfyUiClient';
import { isComfyUiError, UnexpectedResponseError } from '../client/errors';
import { tidy } from '../client/protocol/text';
import { isRecord } from '../client/workflow/types';
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
		const stats: unknown = await client.getSystemStats();
		const { system, devices } = isRecord(stats) ? stats : {};
		if (!isRecord(system) || !Array.isArray(devices)) throw notComfyUi(access.base);
		const version = typeof system.comfyui_version === 'string' ? ` ${system.comfyui_version}` : '';
		const [first] = devices as Array<{ name?: unknown } | null>;
		const device = typeof first?.name === 'string' ? ` on ${tidy(first.name, 80)}` : '';
		return { status: 'OK', message: `Connected to ComfyUI${version}${device}.` };
	} catch (error) {
		if (!isComfyUiError(error)) return { status: 'Error', message: 'The credential could not be tested.' };
		return { status: 'Error', message: [sentence(error.message), error.hint].filter(Boolean).join(' ') };
	}
}

/** Some messages end with a number or with what the server said. */
function sentence(message: string): string {
	return /[.!?…]$/.test(message) ? message : `${message}.`;
}

function notComfyUi(base: string): UnexpectedResponseError {
	return new UnexpectedResponseError(
		`Something answers at ${base}, but it is not a ComfyUI.`,
		200,
		'Enter the address that opens the ComfyUI editor in a browser.',
	);
}
