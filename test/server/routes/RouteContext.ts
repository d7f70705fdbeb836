import type { UserData } from '../files/UserData';
import type { Machine, Process } from '../Process';

/** What routes work with. `process` is replaced by a restart, so routes must not keep it. */
export interface RouteContext {
	readonly machine: Machine;
	readonly process: Process;
	/** The files of a user; `default` where there is only one. */
	userData(user: string): UserData;
	/** The whole server process exits, as a body with an unhashable client_id makes the real one do. */
	crash(): void;
	/** The process ends without an answer, and another one starts. */
	restart(): void;
}
