import { listed, show, tidy } from '../../core/text';
import type { OutputFile } from '../../protocol/outputs';
import { UnexpectedResponseError } from '../../core/errors';
import type { JobOutcome } from '../../protocol/history';
import { epochMs } from '../../core/epochMs';
import type { JobStatus } from '../HostJobs';
import { cancelledRun, failedRun, unexplainedRun, readErrorData } from './errors';
import { readOutputs } from './outputs';
import { isRecord } from '../../core/guards';

type Clean = (text: string, max?: number) => string;

const PENDING = new Set(['not-started', 'queued', 'pending']);
/** The first four are documented; the others are the words of similar services. */
const ENDS: Record<string, JobOutcome['status']> = {
	success: 'success',
	failed: 'error',
	timeout: 'error',
	cancelled: 'interrupted',
	canceled: 'interrupted',
	completed: 'success',
	succeeded: 'success',
	error: 'error',
};

/**
 * The status of a run. An unknown status counts as running.
 * @throws UnexpectedResponseError when it is not a run
 */
export function toJobStatus(runId: string, run: unknown, clean: Clean): JobStatus {
	if (!isRecord(run) || typeof run.status !== 'string') {
		throw new UnexpectedResponseError(
			'ComfyUI Deploy answered with something that is not a run.',
			200,
			'Check the base URL; it usually ends in /api, as in https://api.comfydeploy.com/api.',
		);
	}
	const status = run.status.toLowerCase().replace(/[_ ]/g, '-');
	if (Object.hasOwn(ENDS, status)) return { state: 'ended', outcome: toOutcome(runId, run, status, clean) };
	if (PENDING.has(status)) return { state: 'pending', position: count(run.queue_position) };
	const text = lastStepOf(run, clean);
	return { state: 'running', fraction: fractionOf(run.progress), ...(text && { text }) };
}

function toOutcome(runId: string, run: Record<string, unknown>, status: string, clean: Clean): JobOutcome {
	const { collected, raw, errors } = readOutputs(run);
	const failure = readErrorData({ error: run.error }) ?? errors.at(0);
	const state = ENDS[status];
	const notes = [
		failure && `A part of the run failed: ${clean(String(failure.exception_message), 300)}`,
		withoutAddress(collected.files),
	].filter(Boolean);
	return {
		status: state,
		outputs: raw,
		collected,
		displayNodes: {},
		cachedNodes: [],
		createdAt: instant(run.created_at),
		startedAt: instant(run.started_at),
		endedAt: instant(run.ended_at) ?? instant(run.updated_at),
		...(state === 'success' && notes.length > 0 && { note: notes.join(' ') }),
		explain: (workflow) => {
			if (state === 'interrupted') return cancelledRun(runId);
			if (failure) return failedRun(runId, failure, workflow, clean);
			return unexplainedRun(runId, status === 'timeout', lastStepOf(run, clean));
		},
	};
}

/** Says which files cannot be fetched: the open-source web app gives addresses to images, videos and files only. */
function withoutAddress(files: OutputFile[]): string | undefined {
	const names = files
		.filter(({ url }) => !url)
		.map(({ filename, key }) => `${show(filename)} (${tidy(key, 40)})`);
	if (names.length === 0) return undefined;
	return `ComfyUI Deploy returned no URL for ${listed(names, 5)}, so ${names.length === 1 ? 'it' : 'they'} cannot be downloaded. The open-source web app returns URLs of images, videos and files only, not of sounds and other outputs.`;
}

/** Progress as text, such as "Executing KSampler". */
function lastStepOf({ live_status: text }: Record<string, unknown>, clean: Clean): string {
	return typeof text === 'string' ? clean(text, 200) : '';
}

/** A time; without a zone it is UTC, as in the hosted API. */
function instant(value: unknown): number | undefined {
	const bare = typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(value);
	return epochMs(bare ? `${value.replace(' ', 'T')}Z` : value);
}

/** 0 to 1; a value above 1 is a percentage, a value below 0 means unknown. */
function fractionOf(value: unknown): number | undefined {
	if (typeof value !== 'number' || !(value >= 0)) return undefined;
	return Math.min(value > 1 ? value / 100 : value, 1);
}

const count = (value: unknown) => (typeof value === 'number' && value >= 0 ? value : undefined);
