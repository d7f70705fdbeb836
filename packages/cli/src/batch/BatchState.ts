import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { saveWorkflow } from 'comfyui-workflows-client';
import { UsageError, type ErrorFacts } from '../errors';
import type { JobReport, PlannedJob } from '../jobs/JobRunner';
import { StateLock } from './StateLock';

/** What is known of a job from an earlier run. */
export type JobState =
	| { state: 'submitted'; promptIds: string[] }
	| { state: 'done'; promptId: string }
	| { state: 'failed' };

/** A line of the file. */
interface Line {
	key: string;
	state: 'submitted' | 'done' | 'failed';
	promptId?: string;
	files?: string[];
	error?: ErrorFacts;
}

const TYPE = 'comfyui-batch';
/** The first line. */
const HEAD = `${JSON.stringify({ type: TYPE, version: 1 })}\n`;

/**
 * The state of a batch in a file, one JSON document per line. A line is written before a job is submitted and after its
 * files are saved, so that a batch that was killed at any moment finds its jobs again. A key is made of what a job sets:
 * rows may be added, removed and moved between two runs.
 */
export class BatchState {
	private readonly states = new Map<string, JobState>();

	private constructor(
		private readonly file: number,
		private readonly lock: StateLock,
	) {}

	/**
	 * Opens or creates a state, for this process alone until {@link close}.
	 * @throws UsageError for a file that is something else, and while another batch uses it
	 */
	static async open(path: string): Promise<BatchState> {
		const file = openSync(path, 'a');
		let lock: StateLock | undefined;
		try {
			lock = await StateLock.take(file);
			if (!lock)
				throw new UsageError(
					`Another batch uses ${path}.`,
					'Wait until it has ended, or give this batch a state file of its own.',
				);
			const state = new BatchState(file, lock);
			state.readAll(path);
			return state;
		} catch (error) {
			lock?.release();
			closeSync(file);
			throw error;
		}
	}

	/** What happened to a job before; undefined for a new one. */
	get(key: string): JobState | undefined {
		return this.states.get(key);
	}

	/** Call it before a job is submitted, and again when the server gave it another ID. */
	submitted(key: string, promptId: string): void {
		this.record({ key, state: 'submitted', promptId });
	}

	/** Call it when the files of a job are saved. */
	done(key: string, { promptId, files }: JobReport): void {
		this.record({ key, state: 'done', promptId, files: files.map(({ path }) => path) });
	}

	failed(key: string, error: ErrorFacts): void {
		this.record({ key, state: 'failed', error });
	}

	close(): void {
		closeSync(this.file);
		this.lock.release();
	}

	private readAll(path: string): void {
		const text = readFileSync(path, 'utf8');
		// The last line may be cut, when the process was killed while it wrote.
		if (HEAD.startsWith(text)) {
			writeSync(this.file, HEAD.slice(text.length));
			return;
		}
		const lines = text.split('\n');
		const cut = lines.pop() ?? '';
		this.read(lines.length > 0 ? lines : [cut], path);
		if (cut !== '') writeSync(this.file, '\n');
	}

	private read(lines: string[], path: string): void {
		for (const [index, text] of lines.entries()) {
			const line = parseLine(text);
			if (index === 0 && line?.type !== TYPE)
				throw new UsageError(
					`${path} is not the state of a batch.`,
					'--resume takes a file that it made, or a new one.',
				);
			if (index > 0 && line) this.apply(line as unknown as Line);
		}
	}

	private record(line: Line): void {
		this.apply(line);
		this.append({ ...line, at: new Date().toISOString() });
	}

	private append(line: object): void {
		writeSync(this.file, `${JSON.stringify(line)}\n`);
	}

	private apply({ key, state, promptId }: Line): void {
		if (state === 'done' && promptId) this.states.set(key, { state, promptId });
		else if (state === 'failed') this.states.set(key, { state });
		else if (state === 'submitted' && promptId) {
			const known = this.states.get(key);
			const earlier = known?.state === 'submitted' ? known.promptIds : [];
			this.states.set(key, { state, promptIds: [...earlier, promptId] });
		}
	}
}

/** A line that was cut by a kill and continued by a new run is skipped. */
function parseLine(text: string): Record<string, unknown> | undefined {
	try {
		return JSON.parse(text) as Record<string, unknown>;
	} catch {
		return undefined;
	}
}

/** Makes keys: equal jobs of one batch get numbers. */
export class JobKeys {
	private readonly used = new Map<string, number>();
	private readonly workflows = new WeakMap<object, string>();

	/** The key of a job. Call it in the order of the jobs. */
	keyOf({ plan, values, uploads, seed, seedOffset }: PlannedJob): string {
		const workflow = this.workflows.get(plan) ?? saveWorkflow(plan.prompt);
		this.workflows.set(plan, workflow);
		const facts = [workflow, values, uploads, seed, typeof seed === 'number' ? seedOffset : 0];
		const hash = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
		const number = (this.used.get(hash) ?? 0) + 1;
		this.used.set(hash, number);
		return number === 1 ? hash : `${hash}-${number}`;
	}
}
