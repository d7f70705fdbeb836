import { NotSupportedError } from '../core/errors';
import type { Submission } from './HostJobs';

/**
 * Refuses what a submission asks for and Comfy.org's services would quietly ignore.
 * @throws NotSupportedError that names what to use instead
 */
export function refuseOrder(host: string, { front, number }: Submission): void {
	if (!front && number === undefined) return;
	throw new NotSupportedError(
		`${host} ${front ? 'does not put jobs before others' : 'does not know priorities'}.`,
		'Leave it out: jobs run in the order in which they are handed in. A self-hosted ComfyUI knows both.',
	);
}
