import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Bucket } from './Bucket';
import { NODE_FAILURE, NODE_REFUSAL, type DeploymentName } from './deployments';

export interface RunOutput {
	nodeId: string;
	nodeClass: string;
	data: Record<string, unknown>;
}

/** A run as the database keeps it. */
export interface Run {
	id: string;
	deployment: DeploymentName;
	inputs: Record<string, unknown>;
	/** The whole body that started it. */
	body: Record<string, unknown>;
	status: string;
	liveStatus: string | null;
	progress: number;
	createdAt: Date;
	startedAt?: Date;
	endedAt?: Date;
	error?: string;
	outputs: RunOutput[];
}

const ENDED = new Set(['success', 'failed', 'timeout', 'cancelled']);
const STEP_MS = 3;

/** Runs that are under way and that have ended. Tests may change them as they like. */
export class RunBook {
	readonly runs = new Map<string, Run>();
	/** Told of every change. */
	onChange: (run: Run) => void = () => {};
	/** Bytes of every picture. */
	readonly picture: Buffer;
	private readonly frozen = new Set<string>();
	private stopped = false;
	private open: () => void = () => {};
	private readonly gate = new Promise<void>((resolve) => (this.open = resolve));

	constructor(
		private readonly bucket: Bucket,
		picture: Buffer,
	) {
		this.picture = picture;
	}

	start(deployment: DeploymentName, body: Record<string, unknown>): Run {
		const inputs = (body.inputs ?? {}) as Record<string, unknown>;
		const [status, liveStatus] = ['not-started', null];
		const createdAt = new Date();
		const run: Run = {
			...{ id: randomUUID(), deployment, inputs, body, status, liveStatus, createdAt },
			progress: 0,
			outputs: [],
		};
		this.runs.set(run.id, run);
		void this.play(run);
		return run;
	}

	release(): void {
		this.open();
	}

	/** Sets the status of the run for good. */
	freeze(id: string, facts: Partial<Run>): void {
		this.frozen.add(id);
		Object.assign(this.runs.get(id) ?? {}, facts);
	}

	/** Stops all runs. */
	stop(): void {
		this.stopped = true;
		this.open();
	}

	going(): string[] {
		return [...this.runs.values()].filter(({ status }) => !ENDED.has(status)).map(({ id }) => id);
	}

	/** Ends a run in whatever way. */
	end(run: Run, status: string): void {
		if (ENDED.has(run.status)) return;
		run.endedAt = new Date();
		this.become(run, status);
	}

	private become(run: Run, status: string): void {
		run.status = status;
		this.onChange(run);
	}

	private async play(run: Run): Promise<void> {
		const over = () => this.stopped || this.frozen.has(run.id) || ENDED.has(run.status);
		await setTimeout(STEP_MS);
		if (over()) return;
		run.startedAt = new Date();
		run.liveStatus = 'Executing KSampler';
		run.progress = 0.5;
		this.become(run, 'running');
		await (run.deployment === 'slow' ? this.gate : setTimeout(STEP_MS));
		if (over()) return;
		run.outputs = this.outputsOf(run);
		this.become(run, 'uploading');
		await setTimeout(STEP_MS);
		if (over()) return;
		run.progress = 1;
		this.end(run, run.deployment === 'failing' ? 'failed' : 'success');
	}

	private outputsOf({ id, deployment }: Run): RunOutput[] {
		if (deployment === 'failing') return [{ nodeId: '3', nodeClass: 'KSampler', data: NODE_FAILURE }];
		const images = [this.file(id, 'ComfyUI_00001_.png')];
		if (deployment !== 'mixed') return [{ nodeId: '9', nodeClass: 'SaveImage', data: { images } }];
		const second = this.file(id, 'ComfyUI_00002_.png');
		return [
			{ nodeId: '9', nodeClass: 'SaveImage', data: { images: [...images, second] } },
			{ nodeId: '10', nodeClass: 'PreviewImage', data: { images: [second] } },
			{ nodeId: '11', nodeClass: 'VHS_VideoCombine', data: { gifs: [this.file(id, 'film_00001.mp4')] } },
			{ nodeId: '13', nodeClass: 'ShowText', data: { text: ['a lighthouse at dusk'] } },
			{ nodeId: '', nodeClass: '', data: { error: NODE_REFUSAL } },
		];
	}

	private file(runId: string, filename: string): Record<string, unknown> {
		const url = this.bucket.keep(`${runId}/${filename}`, this.picture);
		return { filename, subfolder: '', type: 'output', url, upload_duration: 0.2 };
	}
}
