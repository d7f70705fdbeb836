import type { AbortOptions } from '../../core/time';
import type { JobOutcome } from '../../protocol/history';
import type { Jobs as JobsV2 } from '../comfyApiV2/Jobs';
import { usesAssets } from '../comfyApiV2/Files';
import type {
	CancelResult,
	HostJobs,
	JobListener,
	JobStatus,
	StreamEnd,
	Submission,
	Submitted,
} from '../HostJobs';
import { outcomeOf, pollEach } from '../jobStatus';
import { assertNoPriority } from '../unsupportedOptions';
import type { ApiVersion } from './ApiVersion';
import type { JobsV1 } from './JobsV1';

/** Jobs that v1 runs, whose ID is kept. */
const MAX_V1_JOBS = 10_000;
/** Nodes that send their pictures over the WebSocket, which only v1 has. */
const SENDS_FRAMES = /web ?socket/i;

/**
 * Runs jobs over the Comfy API v2. v1 runs those that need what v2 lacks (chosen output nodes, extra data, the editor's
 * workflow inside the files, pictures over the WebSocket), and all jobs where the service has no v2.
 */
export class Jobs implements HostJobs {
	private readonly ofV1 = new Set<string>();

	constructor(
		private readonly version: ApiVersion,
		private readonly v2: JobsV2,
		private readonly v1: JobsV1,
	) {}

	async submit(submission: Submission, { signal }: AbortOptions = {}): Promise<Submitted> {
		assertNoPriority('Comfy Cloud', submission);
		const isV2 = (await this.version.find({ signal })) === 'v2' && !needsV1(submission);
		if (isV2) return await this.v2.submit(submission, { signal });
		const submitted = await this.v1.submit(submission, { signal });
		this.ofV1.add(submitted.promptId);
		if (this.ofV1.size > MAX_V1_JOBS) this.ofV1.delete(this.ofV1.values().next().value as string);
		return submitted;
	}

	/** Jobs that v2 does not know may be jobs of v1, such as those of the editor. */
	async getJobs(promptIds: string[], { signal }: AbortOptions = {}): Promise<Map<string, JobStatus>> {
		const isV2 = (await this.version.find({ signal })) === 'v2';
		const forV2 = isV2 ? promptIds.filter((id) => !this.ofV1.has(id)) : [];
		const found = await this.v2.getJobs(forV2, { signal });
		const unknown = promptIds.filter((id) => (found.get(id) ?? { state: 'absent' }).state === 'absent');
		if (unknown.length === 0) return found;
		return new Map([...found, ...(await this.v1.getJobs(unknown, { signal }))]);
	}

	async outcome(promptId: string, { signal }: AbortOptions = {}): Promise<JobOutcome | undefined> {
		const [status] = (await pollEach([promptId], async (id) => await this.getJob(id, { signal }))).values();
		return outcomeOf(status);
	}

	async cancel(promptId: string, { signal }: AbortOptions = {}): Promise<CancelResult> {
		const isV2 = await this.isOfV2(promptId, { signal });
		return await (isV2 ? this.v2 : this.v1).cancel(promptId, { signal });
	}

	async follow(promptId: string, listener: JobListener, { signal }: AbortOptions = {}): Promise<StreamEnd> {
		if (!(await this.isOfV2(promptId, { signal }))) return 'unsupported';
		return await this.v2.follow(promptId, listener, { signal });
	}

	/** A result holds only the files of its own job. */
	async listsStaleOutputs(): Promise<boolean> {
		return false;
	}

	private async getJob(promptId: string, { signal }: AbortOptions): Promise<JobStatus> {
		return (await this.getJobs([promptId], { signal })).get(promptId) ?? { state: 'absent' };
	}

	private async isOfV2(promptId: string, { signal }: AbortOptions): Promise<boolean> {
		if (this.ofV1.has(promptId) || (await this.version.find({ signal })) === 'v1') return false;
		const status = (await this.v2.getJobs([promptId], { signal })).get(promptId);
		return status !== undefined && status.state !== 'absent';
	}
}

/** Whether v2 lacks what a job needs. Uploads of v2 exist only there. */
function needsV1({ workflow, outputNodes, extraData = {} }: Submission): boolean {
	if (usesAssets(workflow)) return false;
	const hasExtraData = Object.keys(extraData).some((name) => name !== 'api_key_comfy_org');
	const sendsFrames = Object.values(workflow).some(({ class_type }) => SENDS_FRAMES.test(class_type));
	return hasExtraData || sendsFrames || (outputNodes ?? []).length > 0;
}
