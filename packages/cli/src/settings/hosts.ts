import type { Host } from 'comfyui-workflows-client';
import { UsageError } from '../errors';
import type { ServerSettings } from './settings';

/** The hosts by the names that `--host` takes. */
const hostNames = [
	'self-hosted',
	'comfy-cloud',
	'comfy-api-v2',
	'comfy-deploy',
	'comfy-serverless',
	'runcomfy',
	'runpod',
] as const;

/** A host. */
export type HostName = (typeof hostNames)[number];

const fold = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Reads the name of a host, in any spelling. @throws UsageError */
export function parseHostName(text: string): HostName {
	const found = hostNames.find((name) => fold(name) === fold(text));
	if (found) return found;
	throw new UsageError(`There is no host "${text}".`, `The hosts are ${hostNames.join(', ')}.`);
}

/** Creates a hosted service; a self-hosted server is connected by its URL. @throws UsageError, InvalidInputError */
export async function connectHost(settings: ServerSettings): Promise<Host> {
	const client = await import('comfyui-workflows-client');
	const { host, urls, token, partnerKey: partnerApiKey, email, password } = settings;
	const [baseUrl] = urls;
	const transport = {
		rejectUnauthorized: !settings.insecure,
		...(settings.idleTimeoutMs && { idleTimeoutMs: settings.idleTimeoutMs }),
	};
	switch (host) {
		case 'comfy-cloud':
			return client.connectComfyCloud({ ...transport, apiKey: needed(token, host), baseUrl, partnerApiKey });
		case 'comfy-api-v2':
			return client.connectComfyApiV2({
				...transport,
				apiKey: token,
				baseUrl: neededUrl(baseUrl, host),
				partnerApiKey,
			});
		case 'comfy-deploy':
			return client.connectComfyDeploy({ ...transport, apiKey: token, baseUrl });
		case 'comfy-serverless':
			return client.connectComfyServerless({
				...transport,
				apiKey: token,
				baseUrl: neededUrl(baseUrl, host),
				email,
				password,
			});
		case 'runcomfy':
			return client.connectRunComfy({ ...transport, apiKey: needed(token, host), baseUrl, partnerApiKey });
		case 'runpod':
			if (!settings.endpoint)
				throw new UsageError('RunPod needs the ID of an endpoint.', 'Set COMFYUI_ENDPOINT or --endpoint.');
			return client.connectRunPod({
				...transport,
				apiKey: needed(token, host),
				baseUrl,
				endpointId: settings.endpoint,
				partnerApiKey,
			});
		case 'self-hosted':
			throw new UsageError('A self-hosted server is connected by its URL.');
	}
}

function needed(token: string | undefined, host: HostName): string {
	if (token) return token;
	throw new UsageError(
		`${host} needs an API key.`,
		'Set COMFYUI_TOKEN, or --token-file with a file that has it.',
	);
}

function neededUrl(url: string | undefined, host: HostName): string {
	if (url) return url;
	throw new UsageError(`${host} needs its address.`, 'Set COMFYUI_URL or --url.');
}
