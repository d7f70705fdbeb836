import type { JobProgress } from 'comfyui-workflows-client';
import type { Output } from '../terminal/Output';
import { duration, shorten } from '../terminal/text';
import { BarProgress } from './BarProgress';

/** Shows how one job goes. */
export interface JobDisplay {
	update(progress: JobProgress): void;
	/** @param outcome such as `done in 3.2 s` */
	end(outcome: string): void;
}

/** Shows how jobs go. */
export interface Progress {
	/** Begins a job. @param number from 1 */
	job(number: number): JobDisplay;
	/** A job that was counted in the total has ended or is skipped. */
	advance(): void;
	stop(): void;
}

/** Bars on a terminal, documents with `--json`, else a line for each change. @param total number of jobs */
export function createProgress(out: Output, total: number): Progress {
	if (out.json) return new JsonProgress(out);
	if (out.verbosity === 'quiet') return silent;
	const { stderr } = out.streams;
	const isCi = Boolean(process.env.CI) && process.env.CI !== 'false';
	if (stderr.isTTY && !isCi && process.env.TERM !== 'dumb') return new BarProgress(out, total);
	return new LineProgress(out, total);
}

const silent: Progress = { job: () => ({ update() {}, end() {} }), advance() {}, stop() {} };

/** One document for each change. */
class JsonProgress implements Progress {
	constructor(private readonly out: Output) {}

	job(number: number): JobDisplay {
		let last = '';
		return {
			update: ({ promptId, state, position, nodeId, nodeTitle, value, max, fraction, text }) => {
				const facts = {
					job: number,
					promptId,
					state,
					position,
					nodeId,
					nodeTitle,
					value,
					max,
					fraction,
					text,
				};
				const now = JSON.stringify(facts);
				if (now !== last) this.out.event('progress', facts);
				last = now;
			},
			end() {},
		};
	}

	advance(): void {}
	stop(): void {}
}

/** A line on stderr for each change of the state or the node. */
class LineProgress implements Progress {
	constructor(
		private readonly out: Output,
		private readonly total: number,
	) {}

	job(number: number): JobDisplay {
		const label = this.total > 1 ? `job ${number} of ${this.total}: ` : '';
		const timing = new Timing();
		let last = '';
		return {
			update: (progress) => {
				timing.update(progress);
				const key = `${progress.state} ${progress.position ?? ''} ${progress.nodeId ?? ''}`;
				if (key !== last) this.out.note(`${label}${describe(progress)}`);
				last = key;
			},
			end: (outcome) => this.out.note(`${label}${outcome}`),
		};
	}

	advance(): void {}
	stop(): void {}
}

/** What a job does, such as `KSampler, 43 %`. */
function describe(progress: JobProgress): string {
	if (progress.state === 'pending') return waiting(progress.position);
	if (progress.state !== 'running') return progress.state === 'unknown' ? 'submitted' : progress.state;
	const share = progress.fraction === undefined ? '' : `, ${Math.floor(progress.fraction * 100)} %`;
	return `${nodeName(progress) || 'running'}${share}`;
}

/** A text for a job in the queue. */
export function waiting(position: number | undefined): string {
	if (position === undefined) return 'in the queue';
	return position === 0 ? 'next in the queue' : `in the queue behind ${position}`;
}

/** The node that runs. */
export function nodeName({ nodeId, nodeTitle }: JobProgress): string {
	return shorten(nodeTitle ?? nodeId ?? '', 40);
}

/** Estimates the time that a job still needs, from the share that it has done. */
export class Timing {
	private startedAt?: number;
	private fractionAtStart = 0;

	update({ state, fraction = 0 }: JobProgress): void {
		if (state !== 'running' || this.startedAt !== undefined) return;
		this.startedAt = Date.now();
		this.fractionAtStart = fraction;
	}

	/** Such as `12 s left`; empty while it cannot be known. */
	left({ fraction }: JobProgress): string {
		if (this.startedAt === undefined || fraction === undefined) return '';
		const done = fraction - this.fractionAtStart;
		if (done < MIN_SHARE) return '';
		return `${duration(((Date.now() - this.startedAt) * (1 - fraction)) / done)} left`;
	}
}

/** An estimate from less is only noise. */
const MIN_SHARE = 0.03;
