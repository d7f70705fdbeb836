import { InvalidInputError } from '../../core/errors';
import { isRecord } from '../../core/guards';

const PRIORITIES = ['low', 'normal', 'high'] as const;
const MOST_MINUTES = 120;

/** What only this service knows of a job: `Submission.hostOptions`. */
export interface ServerlessJobOptions {
	/** Each has a queue of its own. Default `normal`. */
	priority?: (typeof PRIORITIES)[number];
	/** How long the job may take, whole minutes from 1 to 120. Default 30. */
	timeoutMinutes?: number;
	/** Kept with the job and told with its result. */
	metadata?: Record<string, unknown>;
}

/** Checks the options of a job. @throws InvalidInputError for unknown ones and for values out of range */
export function readJobOptions(given: Record<string, unknown> = {}): ServerlessJobOptions {
	const { priority, timeoutMinutes, metadata, ...rest } = given;
	const [unknown] = Object.keys(rest).filter((name) => rest[name] !== undefined);
	if (unknown !== undefined) {
		throw new InvalidInputError(
			`ComfyUI Serverless knows no option "${unknown.slice(0, 60)}" for a job.`,
			'There are priority, timeoutMinutes and metadata.',
		);
	}
	const known = PRIORITIES.find((one) => one === priority);
	if (priority !== undefined && !known) {
		throw new InvalidInputError('The priority of a job is none of low, normal and high.');
	}
	if (timeoutMinutes !== undefined && !isMinutes(timeoutMinutes)) {
		throw new InvalidInputError(
			`The time limit of a job is no whole number of minutes from 1 to ${MOST_MINUTES}.`,
		);
	}
	if (metadata !== undefined && !isRecord(metadata)) {
		throw new InvalidInputError('The metadata of a job is no JSON object.');
	}
	return { priority: known, timeoutMinutes, metadata };
}

function isMinutes(value: unknown): value is number {
	return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_MINUTES;
}
