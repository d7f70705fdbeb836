/** What RunPod takes as the body of a request, bytes: `/run` and `/runsync`. */
export const MOST_BODY_BYTES = { async: 10 * 1024 * 1024, sync: 20 * 1024 * 1024 };

/** Bytes as people read them. */
export function megabytes(bytes: number): string {
	return `${(bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, '')} MB`;
}
