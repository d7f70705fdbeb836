import { NotSupportedError } from '../core/errors';
import type { Submission } from './HostJobs';

/**
 * Refuses order and priority of a job, which the services of Comfy.org would ignore without an error.
 * @throws NotSupportedError with an alternative
 */
export function assertNoPriority(host: string, { front, number }: Submission): void {
	if (!front && number === undefined) return;
	throw new NotSupportedError(
		`${host} ${front ? 'cannot run a job before others' : 'has no priorities'}.`,
		'Leave the option out: jobs run in the order in which they are submitted. A self-hosted ComfyUI supports both.',
	);
}
