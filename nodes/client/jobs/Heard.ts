import type { Frame } from '../protocol/frames';
import type { ServerMessage } from '../protocol/messages';
import { JobRecord } from './JobRecord';

/** What a message was about. */
export interface HeardMessage {
	record: JobRecord;
	/** The server says that the job has ended. */
	ended: boolean;
}

/** Everything that one connection told, sorted by job: messages and frames of others are left out. */
export class Heard {
	private readonly records = new Map<string, JobRecord>();
	/** Ours, while it runs: frames without an id belong to it. */
	private running?: JobRecord;

	get(promptId: string): JobRecord | undefined {
		return this.records.get(promptId);
	}

	/** The record of a job, made when there is none. */
	of(promptId: string): JobRecord {
		const record = this.records.get(promptId) ?? new JobRecord(promptId);
		this.records.set(promptId, record);
		return record;
	}

	forget(promptId: string): void {
		this.records.delete(promptId);
	}

	/** Sorts a message in; undefined when it is about no job of ours. */
	take(message: ServerMessage): HeardMessage | undefined {
		const promptId = (message.data as { prompt_id?: unknown }).prompt_id;
		if (typeof promptId !== 'string') return undefined;
		// Only the owner is told of a start: a job unknown so far is ours, and the host chose its id.
		const record = message.type === 'execution_start' ? this.of(promptId) : this.records.get(promptId);
		if (!record) {
			if (message.type === 'executing') this.running = undefined; // another's node: frames are not ours now
			return undefined;
		}
		const ended = record.apply(message);
		this.running = ended ? undefined : record;
		return { record, ended };
	}

	/** Sorts a binary frame in. */
	takeFrame(frame: Frame): JobRecord | undefined {
		const record = this.ownerOf(frame);
		record?.applyFrame(frame);
		return record;
	}

	/** From here on something may be missing. */
	interrupted(): void {
		this.running = undefined;
		for (const record of this.records.values()) record.complete = false;
	}

	private ownerOf(frame: Frame): JobRecord | undefined {
		if (frame.kind === 'image') return frame.promptId ? this.records.get(frame.promptId) : this.running;
		// Sent to every client without the id of a job: ours only when it names a node of ours.
		return this.running?.owns(frame.nodeId) ? this.running : undefined;
	}
}
