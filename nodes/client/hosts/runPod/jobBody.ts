import { InvalidInputError, NotSupportedError, TooLargeError } from '../../core/errors';
import { toBase64 } from '../../core/base64';
import { stringifyExactly } from '../../core/json';
import { sanitize } from '../../protocol/safeToSend';
import type { Submission } from '../Host';
import type { RunPodJobOptions } from './hostOptions';
import type { KeptFile } from './Files';
import { MOST_BODY_BYTES, megabytes } from './limits';

/**
 * The body of `/run` and `/runsync` as text.
 * @throws TooLargeError when RunPod would not take it
 */
export function jobBody(
	submission: Submission,
	files: KeptFile[],
	options: RunPodJobOptions,
	partnerApiKey?: string,
): string {
	const { workflow, callbackUrl, extraData } = submission;
	const key = extraData?.api_key_comfy_org ?? partnerApiKey;
	const policy = {
		executionTimeout: options.executionTimeoutMs,
		ttl: options.timeToLiveMs,
		lowPriority: options.lowPriority,
	};
	const text = stringifyExactly({
		input: {
			workflow: sanitize(workflow),
			...(files.length > 0 && { images: files.map(toImage) }),
			...(typeof key === 'string' && key && { comfy_org_api_key: key }),
		},
		...(callbackUrl && { webhook: webAddress(callbackUrl) }),
		...(Object.values(policy).some((value) => value !== undefined) && { policy }),
	});
	assertFits(text, files, options.sync === true);
	return text;
}

/** The worker stores every file as it is, whatever its type. */
function toImage({ name, data, mimeType }: KeptFile) {
	return { name, image: `data:${mimeType};base64,${toBase64(data)}` };
}

function assertFits(text: string, files: KeptFile[], sync: boolean): void {
	const most = sync ? MOST_BODY_BYTES.sync : MOST_BODY_BYTES.async;
	const size = new TextEncoder().encode(text).byteLength;
	if (size <= most) return;
	const ofFiles = files.length > 0 ? ` (${files.length} input files, a third larger as base64)` : '';
	const runSync =
		size <= MOST_BODY_BYTES.sync
			? `, or hand it in with /runsync, which takes ${megabytes(MOST_BODY_BYTES.sync)}`
			: '';
	throw new TooLargeError(
		`The job has ${megabytes(size)}${ofFiles}, RunPod takes at most ${megabytes(most)}.`,
		`Send smaller files, such as JPEG, let the workflow load them from a URL or from the network volume${runSync}.`,
	);
}

function webAddress(url: string): string {
	if (URL.canParse(url) && /^https?:\/\//i.test(url)) return url;
	throw new InvalidInputError('The callback URL is no address that begins with http:// or https://.');
}

/** @throws NotSupportedError for what would be ignored silently */
export function assertPossible({ deployment, outputNodes, front, number }: Submission): void {
	if (deployment) {
		throw new NotSupportedError(
			'RunPod keeps no workflows.',
			'Hand in the workflow itself, exported with "Export (API)".',
		);
	}
	if (outputNodes?.length) {
		throw new NotSupportedError(
			'RunPod runs all outputs of a workflow.',
			'Remove the output nodes that are not to run from the workflow.',
		);
	}
	if (front || number !== undefined) {
		throw new NotSupportedError(
			'RunPod runs jobs in the order in which they come.',
			'Leave the priority out. Jobs that may wait can be given the option lowPriority.',
		);
	}
}
