import type { JobResult } from 'comfyui-workflows-client';

/** What `msg.comfyui` says about a job that has ended well. */
export function jobFacts(
	{ promptId, status, durationMs, timings, texts, warnings }: JobResult,
	more: { warnings?: readonly string[]; [fact: string]: unknown } = {},
): Record<string, unknown> {
	const { warnings: ours = [], ...facts } = more;
	const all = [...warnings, ...ours];
	return {
		promptId,
		status,
		durationMs,
		timings,
		texts,
		...facts,
		...(all.length > 0 && { warnings: all }),
	};
}
