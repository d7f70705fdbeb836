import type { LittleComfyUi } from '../../server';

/** The body of a job as it was handed in. */
export interface SentJob {
	prompt: Record<string, { class_type: string; inputs: Record<string, unknown> }>;
	prompt_id: string;
	client_id: string;
	extra_data: Record<string, unknown>;
	[member: string]: unknown;
}

export function sentJobs({ requests }: LittleComfyUi): SentJob[] {
	return requests
		.filter(({ method, path }) => method === 'POST' && path.endsWith('/prompt'))
		.map(({ bodyText }) => JSON.parse(bodyText) as SentJob);
}

/** The WebSocket upgrades, in their order. */
export function upgrades({ requests }: LittleComfyUi) {
	return requests.filter(({ path }) => path.endsWith('/ws'));
}
