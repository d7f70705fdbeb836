/** POST /interrupt reached the running node. */
export class Interrupted extends Error {}

/** The server stops or restarts: whatever runs is given up without a trace. */
export class WorkerGone extends Error {}

/** A value that keeps everything downstream from running; with a message it is reported once. */
export class ExecutionBlocker {
	constructor(readonly message: string | null) {}
}
