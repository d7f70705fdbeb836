import type { LittleComfyUi } from '../../server';

/** The body of a job as it was submitted. */
export interface SentJob {
	prompt: Record<string, { class_type: string; inputs: Record<string, unknown> }>;
	prompt_id: string;
	client_id: string;
	extra_data: Record<string, unknown>;
	[member: string]: unknown;
}

/** Those whose body has arrived. */
export function sentJobs({ requests }: LittleComfyUi): SentJob[] {
	return requests
		.filter(({ method, path, bodyText }) => method === 'POST' && path.endsWith('/prompt') && bodyText)
		.map(({ bodyText }) => JSON.parse(bodyText) as SentJob);
}

/** The WebSocket upgrades, in their order. */
export function upgrades({ requests }: LittleComfyUi) {
	return requests.filter(({ path }) => path.endsWith('/ws'));
}
