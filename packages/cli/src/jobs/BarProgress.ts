import type { JobProgress } from 'comfyui-workflows-client';
import { MultiBar, type SingleBar } from 'cli-progress';
import type { Drawing, Output } from '../terminal/Output';
import type { JobDisplay, Progress } from './Progress';
import { nodeName, Timing, waiting } from './Progress';

const SHARE = 100;

/** A bar for each job that is queued or running, and one for all of them, at the bottom of a terminal. */
export class BarProgress implements Progress, Drawing {
	private readonly bars: MultiBar;
	private readonly overall?: SingleBar;
	private ended = 0;

	constructor(
		private readonly out: Output,
		private readonly total: number,
	) {
		this.bars = new MultiBar({
			stream: out.streams.stderr,
			format: '{label} {bar} {percentage} % {what}',
			barsize: 24,
			barCompleteChar: '█',
			barIncompleteChar: '░',
			hideCursor: true,
			clearOnComplete: true,
			// Another handler cancels the jobs first.
			gracefulExit: false,
			emptyOnZero: true,
			autopadding: true,
			fps: 10,
		});
		if (total > 1)
			this.overall = this.bars.create(total, 0, { label: 'all    ', what: `0 of ${total} jobs` });
		out.setDrawing(this);
		process.once('exit', this.restoreTerminal);
	}

	job(number: number): JobDisplay {
		const label = this.total > 1 ? `job ${number}`.padEnd(7) : 'job';
		const bar = this.bars.create(SHARE, 0, { label, what: 'submitting' });
		const timing = new Timing();
		return {
			update: (progress) => {
				timing.update(progress);
				bar.update(Math.floor((progress.fraction ?? 0) * SHARE), { what: this.describe(progress, timing) });
			},
			end: (outcome) => {
				this.bars.remove(bar);
				if (this.total === 1) this.out.note(outcome);
			},
		};
	}

	advance(): void {
		this.ended += 1;
		this.overall?.update(this.ended, { what: `${this.ended} of ${this.total} jobs` });
	}

	log(text: string): void {
		this.bars.log(`${text}\n`);
		this.bars.update();
	}

	stop(): void {
		this.out.setDrawing(undefined);
		this.bars.update();
		this.bars.stop();
		process.off('exit', this.restoreTerminal);
	}

	/** Shows the cursor and wraps lines again, when the process ends while bars are drawn. */
	private readonly restoreTerminal = (): void => {
		this.out.streams.stderr.write('\x1b[?25h\x1b[?7h\n');
	};

	private describe(progress: JobProgress, timing: Timing): string {
		const { colors } = this.out;
		if (progress.state === 'pending') return colors.dim(waiting(progress.position));
		const steps = progress.max ? ` ${progress.value}/${progress.max}` : '';
		const left = timing.left(progress);
		return `${colors.bold(nodeName(progress))}${steps}${left && colors.dim(`  ${left}`)}`;
	}
}
