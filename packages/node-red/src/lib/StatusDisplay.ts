import type { JobProgress } from 'comfyui-workflows-client';
import type { NodeStatus, RedNode } from './nodeRed';

/** At most 5 changes a second: each is sent to every open editor. */
const MIN_PAUSE_MS = 200;
const MAX_TEXT = 60;

/** The status below a node. Shows it only when it changes, and drops changes that are overtaken by the next. */
export class StatusDisplay {
	private shown = '';
	private next?: NodeStatus;
	private timer?: NodeJS.Timeout;

	constructor(private readonly node: RedNode) {}

	show(status: NodeStatus): void {
		this.next = status;
		if (!this.timer) this.flush();
	}

	/** Shows what is left to be shown, and nothing after that. */
	close(): void {
		clearTimeout(this.timer);
		this.timer = undefined;
		this.next = undefined;
	}

	private flush(): void {
		this.timer = undefined;
		const { next } = this;
		this.next = undefined;
		const key = JSON.stringify(next);
		if (!next || key === this.shown) return;
		this.shown = key;
		this.node.status(next);
		this.timer = setTimeout(() => this.flush(), MIN_PAUSE_MS);
	}
}

const cut = (text: string) => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text);

/** The status of a job that has not ended. @param jobs how many of the node's jobs have not ended */
export function progressStatus(progress: JobProgress, jobs = 1): NodeStatus {
	const prefix = jobs > 1 ? `${jobs} jobs, ` : '';
	if (progress.state !== 'running') {
		const { position } = progress;
		const place = position === undefined ? '' : ` (${ordinal(position + 1)})`;
		return { fill: 'blue', shape: 'ring', text: `${prefix}waiting${place}` };
	}
	const { nodeTitle, value, max, fraction } = progress;
	const steps = max ? `${value}/${max}` : '';
	const share = fraction !== undefined && !nodeTitle ? `${Math.round(fraction * 100)} %` : '';
	const text = [nodeTitle, steps || share].filter(Boolean).join(' ');
	return { fill: 'blue', shape: 'dot', text: cut(prefix + (text || 'running')) };
}

/** A status while work goes on that is no job, such as an upload. */
export const busyStatus = (text: string): NodeStatus => ({ fill: 'blue', shape: 'ring', text });

/** The status after a success. */
export const doneStatus = (text: string): NodeStatus => ({ fill: 'green', shape: 'dot', text: cut(text) });

/** The status after an error. @param code of the error */
export const errorStatus = (code: string): NodeStatus => ({ fill: 'red', shape: 'ring', text: code });

/** The status after a stop that was wanted. */
export const cancelledStatus = (): NodeStatus => ({ fill: 'grey', shape: 'ring', text: 'cancelled' });

/** Such as `4 files, 12.3 s`. */
export function summaryOf(count: number, what: string, durationMs: number | undefined): string {
	const seconds = durationMs === undefined ? '' : `, ${(durationMs / 1000).toFixed(1)} s`;
	return `${count} ${what}${count === 1 ? '' : 's'}${seconds}`;
}

function ordinal(number: number): string {
	const isTeen = number % 100 >= 11 && number % 100 <= 13;
	const ending = isTeen ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[number % 10] ?? 'th');
	return `${number}${ending}`;
}
