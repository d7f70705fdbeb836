import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { delay } from '../../client/core/time';
import type { JobLook } from '../../client/hosts/Host';

/** A host may call a moment before it says the same to those who ask. */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 1_000;

/** How the jobs of a node stand when a host has called about one of them. */
export type Standing = 'ended' | 'run-goes-on' | 'others-go-on';

/**
 * Asks the host.
 * @param runId the job that the host called about, one of `promptIds`
 * @throws what the host answers when it cannot be asked
 */
export async function standingOf(
	{ host }: ComfyUiClient,
	runId: string,
	promptIds: string[],
	signal: AbortSignal,
): Promise<Standing> {
	const anyGoesOn = async (some: string[]) =>
		some.length > 0 && [...(await host.look(some, signal)).values()].some(goesOn);
	for (let looks = 1; await anyGoesOn([runId]); looks++) {
		if (looks === LOOKS) return 'run-goes-on';
		await delay(BETWEEN_LOOKS_MS, signal);
	}
	// Jobs mostly end in their order: a look at the last spares a look at all of them with every call.
	const others = promptIds.filter((promptId) => promptId !== runId);
	const goOn = (await anyGoesOn(others.slice(-1))) || (await anyGoesOn(others.slice(0, -1)));
	return goOn ? 'others-go-on' : 'ended';
}

/** A job that the host does not know any more is not worth waiting for either. */
function goesOn({ state }: JobLook): boolean {
	return state === 'pending' || state === 'running';
}
