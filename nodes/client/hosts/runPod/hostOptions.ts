import { InvalidInputError } from '../../core/errors';

/** What only RunPod knows of a job: `Submission.hostOptions`. */
export interface RunPodJobOptions {
	/**
	 * Hands the job in with `/runsync`: one request brings a fast result and takes 20 MB of input instead of 10,
	 * but RunPod keeps the result for one minute only. Default false.
	 */
	sync?: boolean;
	/** How long the job may run, ms: 5 s to 7 days. Default: what the endpoint says. */
	executionTimeoutMs?: number;
	/** How long the job is kept altogether, waiting included, ms: 10 s to 7 days. Default 24 hours. */
	timeToLiveMs?: number;
	/** Starts no further worker for this job. Default false. */
	lowPriority?: boolean;
}

const WEEK_MS = 7 * 24 * 60 * 60_000;

/** Checks the options of a job. @throws InvalidInputError for unknown ones and for values out of range */
export function readJobOptions(given: Record<string, unknown> = {}): RunPodJobOptions {
	const { sync, executionTimeoutMs, timeToLiveMs, lowPriority, ...rest } = given;
	const [unknown] = Object.keys(rest).filter((name) => rest[name] !== undefined);
	if (unknown !== undefined) {
		throw new InvalidInputError(
			`RunPod knows no option "${unknown.slice(0, 60)}" for a job.`,
			'There are sync, executionTimeoutMs, timeToLiveMs and lowPriority.',
		);
	}
	return {
		sync: asBoolean('sync', sync),
		executionTimeoutMs: asDuration('executionTimeoutMs', executionTimeoutMs, 5_000),
		timeToLiveMs: asDuration('timeToLiveMs', timeToLiveMs, 10_000),
		lowPriority: asBoolean('lowPriority', lowPriority),
	};
}

function asBoolean(name: string, value: unknown): boolean | undefined {
	if (value === undefined || typeof value === 'boolean') return value;
	throw new InvalidInputError(`The RunPod option "${name}" is neither true nor false.`);
}

function asDuration(name: string, value: unknown, least: number): number | undefined {
	if (value === undefined) return undefined;
	if (typeof value === 'number' && value >= least && value <= WEEK_MS) return Math.round(value);
	throw new InvalidInputError(
		`The RunPod option "${name}" is no time from ${least / 1000} seconds to 7 days.`,
		'Give it in milliseconds.',
	);
}
