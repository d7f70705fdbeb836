import type { Frame } from '../protocol/frames';
import type { ServerMessage } from '../protocol/messages';
import { JobRecord } from './JobRecord';

/** What a message was about. */
interface HeardMessage {
	record: JobRecord;
	/** The server says that the job has ended. */
	ended: boolean;
}

/** How many jobs that nobody asked for are kept at a time. */
const MAX_STRANGERS = 20;

/** Everything that one connection told, sorted by job: messages and frames of others are left out. */
export class JobEventLog {
	private readonly records = new Map<string, JobRecord>();
	/** Jobs that began while one was being handed in: it may be that one, under an id that the host chose. */
	private readonly strangers = new Set<string>();
	private submissions = 0;
	/** Ours, while it runs: frames without an id belong to it. */
	private running?: JobRecord;

	get(promptId: string): JobRecord | undefined {
		return this.records.get(promptId);
	}

	/** The record of a job, made when there is none. */
	of(promptId: string): JobRecord {
		this.strangers.delete(promptId);
		const record = this.records.get(promptId) ?? new JobRecord(promptId);
		this.records.set(promptId, record);
		return record;
	}

	forget(promptId: string): void {
		this.records.delete(promptId);
	}

	/** A job is about to be handed in; `submitted` has to follow. */
	submitting(): void {
		this.submissions += 1;
	}

	/** It was handed in, or was not. What began meanwhile and is nobody's belongs to others. */
	submitted(): void {
		this.submissions -= 1;
		if (this.submissions > 0) return;
		for (const promptId of this.strangers) this.records.delete(promptId);
		this.strangers.clear();
	}

	/** Sorts a message in; undefined when it is about no job of ours. */
	take(message: ServerMessage): HeardMessage | undefined {
		const promptId = (message.data as { prompt_id?: unknown }).prompt_id;
		if (typeof promptId !== 'string') return undefined;
		const known = this.records.get(promptId);
		const record = known ?? (message.type === 'execution_start' ? this.stranger(promptId) : undefined);
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

	/** A job that nobody asked for: some hosts tell of all jobs of an account, which must not pile up. */
	private stranger(promptId: string): JobRecord | undefined {
		if (this.submissions === 0) return undefined;
		const [oldest] = this.strangers;
		if (this.strangers.size >= MAX_STRANGERS) {
			this.strangers.delete(oldest);
			this.records.delete(oldest);
		}
		const record = this.of(promptId);
		this.strangers.add(promptId);
		return record;
	}

	private ownerOf(frame: Frame): JobRecord | undefined {
		if (frame.kind === 'image') return frame.promptId ? this.records.get(frame.promptId) : this.running;
		// Sent to every client without the id of a job: ours only when it names a node of ours.
		return this.running?.owns(frame.nodeId) ? this.running : undefined;
	}
}
