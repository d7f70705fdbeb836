import type { ApiWorkflow } from '../../../../nodes/client';
import type { Submission } from '../../../../nodes/client/hosts/Host';
import type { RunPodStage } from '../support/runPodStage';

/** A submission as the client makes it. */
export function submissionOf(workflow: ApiWorkflow, more: Partial<Submission> = {}): Submission {
	return { workflow, promptId: crypto.randomUUID(), clientId: 'me', extraData: {}, ...more };
}

/** What reached `/run` and `/runsync`: the route and its text. */
export function handedIn({ server }: RunPodStage): Array<{ route: string; text: string }> {
	return server.requests
		.filter(({ path }) => /\/run(sync)?$/.test(path))
		.map(({ path, bodyText }) => ({ route: path.replace(/^.*\//, ''), text: bodyText }));
}

/** The last body that reached `/run` or `/runsync`. */
export function lastBody(stage: RunPodStage): {
	input: {
		workflow: ApiWorkflow;
		images?: Array<{ name: string; image: string }>;
		comfy_org_api_key?: string;
	};
	webhook?: string;
	policy?: Record<string, unknown>;
} {
	return JSON.parse(handedIn(stage).at(-1)?.text ?? 'null');
}

/** How often `/status` was asked. */
export function looks({ server }: RunPodStage): number {
	return server.requests.filter(({ path }) => path.includes('/status/')).length;
}
