import type { Frame } from '../protocol/frames';
import type { ServerMessage } from '../protocol/messages';
import { JobRecord } from './JobRecord';

/** A message and its job. */
interface JobEvent {
	record: JobRecord;
	/** The message says that the job has ended. */
	ended: boolean;
}

/** How many jobs that were not submitted by this client are kept. */
const MAX_UNCLAIMED = 20;

/** The events of one connection by job. Messages and frames of jobs of others are left out. */
export class JobEventLog {
	private readonly records = new Map<string, JobRecord>();
	/** Jobs that started during a submission: one of them may be the submitted job, under an ID that the host chose. */
	private readonly unclaimed = new Set<string>();
	private submissions = 0;
	/** Our running job: frames without an ID belong to it. */
	private running?: JobRecord;

	get(promptId: string): JobRecord | undefined {
		return this.records.get(promptId);
	}

	/** The record of a job, made when there is none. */
	of(promptId: string): JobRecord {
		this.unclaimed.delete(promptId);
		const record = this.records.get(promptId) ?? new JobRecord(promptId);
		this.records.set(promptId, record);
		return record;
	}

	forget(promptId: string): void {
		this.records.delete(promptId);
	}

	/** A submission begins; `submitted` has to follow. */
	submitting(): void {
		this.submissions += 1;
	}

	/** A submission ended, whether it was accepted or not. Unclaimed jobs that started meanwhile belong to others. */
	submitted(): void {
		this.submissions -= 1;
		if (this.submissions > 0) return;
		for (const promptId of this.unclaimed) this.records.delete(promptId);
		this.unclaimed.clear();
	}

	/** Adds a message to the record of its job; undefined when it is not about a job of ours. */
	add(message: ServerMessage): JobEvent | undefined {
		const promptId = (message.data as { prompt_id?: unknown }).prompt_id;
		if (typeof promptId !== 'string') return undefined;
		const known = this.records.get(promptId);
		const record = known ?? (message.type === 'execution_start' ? this.unclaimedRecord(promptId) : undefined);
		if (!record) {
			if (message.type === 'executing') this.running = undefined; // a node of another job: frames do not belong to ours now
			return undefined;
		}
		const ended = record.apply(message);
		this.running = ended ? undefined : record;
		return { record, ended };
	}

	/** Adds a binary frame to the record of its job. */
	addFrame(frame: Frame): JobRecord | undefined {
		const record = this.ownerOf(frame);
		record?.applyFrame(frame);
		return record;
	}

	/** The connection broke: events may be missing from here on. */
	interrupted(): void {
		this.running = undefined;
		for (const record of this.records.values()) {
			record.completeUntilCut = record.complete;
			record.connectionLost = true;
			record.complete = false;
		}
	}

	/** A job that this client did not submit: some hosts report all jobs of an account, which must not pile up. */
	private unclaimedRecord(promptId: string): JobRecord | undefined {
		if (this.submissions === 0) return undefined;
		const [oldest] = this.unclaimed;
		if (this.unclaimed.size >= MAX_UNCLAIMED) {
			this.unclaimed.delete(oldest);
			this.records.delete(oldest);
		}
		const record = this.of(promptId);
		this.unclaimed.add(promptId);
		return record;
	}

	private ownerOf(frame: Frame): JobRecord | undefined {
		if (frame.kind === 'image') return frame.promptId ? this.records.get(frame.promptId) : this.running;
		// Sent to every client without a prompt ID: ours only when it names a node of our workflow.
		return this.running?.owns(frame.nodeId) ? this.running : undefined;
	}
}
