import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';

/**
 * The name under which this user of this computer submits jobs, so that `--mine` finds them. A hash: the server and its
 * other users see neither the name of the user nor that of the computer.
 */
export function submitter(): string {
	const user = `${userInfo().username}@${hostname()}`;
	return `comfyui-cli-${createHash('sha256').update(user).digest('hex').slice(0, 12)}`;
}
