import { isRecord } from '../../core/guards';
import { NotSupportedError, UnexpectedResponseError } from '../../core/errors';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import type { HostJobs, JobStatus } from '../HostJobs';
import type { HostWatcher, JobRow } from '../HostWatcher';
import { changesNewestFirst, type NewestFirstList } from '../newestFirst';
import type { ApiVersion } from './ApiVersion';
import { toJobStatus } from './jobStatus';

const PAGE = 50;

/** The runs of one workflow, the newest first. Only the hosted API lists them; the rows are without outputs. */
export function comfyDeployWatcher(api: Api, jobs: HostJobs, version: ApiVersion): HostWatcher {
	const clean = (text: string, max?: number) => api.clean(text, max);
	const listOf = (workflowId: string): NewestFirstList => {
		const path = `/v2/workflow/${segment(workflowId, 'workflow ID')}/runs`;
		return {
			async page(page, { signal }) {
				const offset = Number(page ?? 0);
				const answer = await api.json<unknown>({ path, query: { limit: PAGE, offset }, signal });
				if (!Array.isArray(answer)) throw notRuns();
				const rows = answer.filter(isRecord).flatMap((run) => {
					const { id } = run;
					if (typeof id !== 'string') return [];
					return toRow(id, toJobStatus(id, run, clean), workflowId, false);
				});
				return { rows, ...(answer.length >= PAGE && { next: String(offset + answer.length) }) };
			},
			async job(promptId, { signal }) {
				const status = (await jobs.getJobs([promptId], { signal })).get(promptId);
				return status && toRow(promptId, status, workflowId, true)[0];
			},
		};
	};
	return {
		pausesMs: { withEvents: 10_000, withoutEvents: 10_000 },
		ofOneWorkflow: true,
		async changes(known, { workflowId = '', signal }) {
			if ((await version.find({ signal })) === 'webApp') {
				throw new NotSupportedError(
					'This ComfyUI Deploy (the open-source web app) does not list runs, so they cannot be watched.',
					'Wait for the runs that you start yourself, or use the hosted ComfyUI Deploy.',
				);
			}
			return await changesNewestFirst(listOf(workflowId.trim()), known, { signal });
		},
	};
}

/** @param isComplete the status has the outputs of the run */
function toRow(promptId: string, status: JobStatus, workflowId: string, isComplete: boolean): JobRow[] {
	if (status.state === 'absent') return [];
	if (status.state !== 'ended') return [{ promptId, state: status.state, workflowId }];
	const { outcome } = status;
	const row: JobRow = { promptId, state: outcome.status, endedAt: outcome.endedAt, workflowId };
	return [isComplete ? { ...row, outcome } : row];
}

function notRuns(): UnexpectedResponseError {
	return new UnexpectedResponseError(
		'ComfyUI Deploy answered with something that is not a list of runs.',
		200,
		'Check the base URL; it usually ends in /api, as in https://api.comfydeploy.com/api.',
	);
}
