import type { LittleComfyUiOptions } from '../../server';
import type { OperationName } from './operations';
import type { Scene } from './Scene';

/**
 * How an operation ends: `works` (and what it made is verified), or the code of its error, with the reason or
 * the status behind a slash. `broken off` is a download whose stream ended with an error.
 */
type Outcome = string;

/** A row of the table: one thing that goes wrong, and what the operations that it can hit make of it. */
export interface Fault {
	name: string;
	/** Makes it go wrong from now on. */
	arm: (scene: Scene) => void | Promise<void>;
	outcomes: Partial<Record<OperationName, Outcome>>;
	/** Deadline of waits in the client's fast time; the default is never reached. */
	waitMs?: number;
	/** How long the client bears silence, real ms. */
	idleTimeoutMs?: number;
	server?: LittleComfyUiOptions;
	/** Lets go of what lies outside the scene. */
	disarm?: () => void;
}
