import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { LittleComfyUi } from '../../LittleComfyUi';
import type { HistoryEntry } from '../../types';
import { toPrompt, type ServiceNode } from './validate';

/** A job as the database of the service keeps it. */
export interface Execution {
	id: string;
	status: string;
	body: Record<string, unknown>;
	metadata: Record<string, unknown>;
	createdAt: Date;
	startedAt?: Date;
	completedAt?: Date;
	outputs?: unknown;
	error?: string;
}

export interface BookOptions {
	/** Whether the failure of a node ends the job. The real service does not notice it. Default true. */
	noticesFailures?: boolean;
	/** How often a callback URL is called. Default once. */
	calls?: number;
}

const STEP_MS = 3;

/** Jobs of the service, run by the ComfyUI behind it. Tests may change them as they like. */
export class ExecutionBook {
	readonly executions = new Map<string, Execution>();
	/** Nothing leaves the queue. */
	paused = false;
	private stopped = false;
	private readonly runs: Array<Promise<void>> = [];
	private open: () => void = () => {};
	private readonly gate = new Promise<void>((resolve) => (this.open = resolve));

	constructor(
		private readonly comfyUi: LittleComfyUi,
		private readonly options: BookOptions,
	) {}

	add(body: Record<string, unknown>): Execution {
		const metadata = { ...(body.metadata as object), celery_task_id: randomUUID() };
		const execution: Execution = {
			id: randomUUID(),
			status: 'pending',
			body,
			metadata,
			createdAt: new Date(),
		};
		this.executions.set(execution.id, execution);
		this.runs.push(this.run(execution));
		return execution;
	}

	/** Jobs with a TSleep wait for this before they run. */
	release(): void {
		this.open();
	}

	/** Resolves when nothing needs the ComfyUI any more. */
	async stop(): Promise<void> {
		this.stopped = true;
		this.release();
		await Promise.all(this.runs);
	}

	going(): string[] {
		return [...this.executions.values()].filter(isGoing).map(({ id }) => id);
	}

	/** Place among those that wait, from 1. */
	position(execution: Execution): number {
		return [...this.executions.values()].filter(({ status }) => status === 'pending').indexOf(execution) + 1;
	}

	/** Ends a job from outside. */
	finish(execution: Execution, facts: Partial<Execution>): void {
		if (!isGoing(execution)) return;
		Object.assign(execution, { completedAt: new Date() }, facts);
		void this.call(execution);
	}

	private async run(execution: Execution): Promise<void> {
		while (this.paused && !this.stopped) await setTimeout(STEP_MS);
		if (this.stopped || !isGoing(execution)) return;
		Object.assign(execution, { status: 'running', startedAt: new Date() });
		if (JSON.stringify(execution.body).includes('"TSleep"')) await this.gate;
		if (this.stopped || !isGoing(execution)) return;
		const { nodes } = execution.body.workflow as { nodes: Record<string, ServiceNode> };
		const response = await fetch(`${this.comfyUi.url}/prompt`, {
			method: 'POST',
			body: JSON.stringify({ prompt: toPrompt(nodes) }),
		});
		if (!response.ok) {
			return this.finish(execution, { status: 'failed', error: 'Failed to queue workflow in ComfyUI' });
		}
		const { prompt_id } = (await response.json()) as { prompt_id: string };
		const entry = await this.entryOf(prompt_id);
		if (entry) this.take(execution, entry);
	}

	private async entryOf(promptId: string): Promise<HistoryEntry | undefined> {
		while (!this.stopped) {
			const history = this.comfyUi.history(promptId) as Record<string, HistoryEntry> | undefined;
			if (history) return history[promptId];
			await setTimeout(STEP_MS);
		}
		return undefined;
	}

	private take(execution: Execution, { outputs, status }: HistoryEntry): void {
		const failed = status.messages.find(([name]) => name === 'execution_error')?.[1];
		if (!failed) return this.finish(execution, { status: 'completed', outputs });
		if (this.options.noticesFailures === false) return;
		this.finish(execution, {
			status: 'failed',
			error: `Node ${failed.node_id}: ${failed.exception_message}`,
		});
	}

	private async call({ id, body, status, outputs, error }: Execution): Promise<void> {
		const url = body.webhook_url as string | undefined;
		const success = status === 'completed';
		const data = success ? { outputs, logs: [], status } : { error };
		const text = {
			type: 'workflow.completed',
			execution_id: id,
			timestamp: '2026-01-01T00:00:00',
			success,
			data,
		};
		const headers = { 'X-Webhook-Event': 'workflow.completed', 'X-Execution-ID': id };
		for (let calls = 0; url && calls < (this.options.calls ?? 1); calls++) {
			await fetch(url, { method: 'POST', headers, body: JSON.stringify(text) }).catch(() => {});
		}
	}
}

export function isGoing({ status }: Execution): boolean {
	return status === 'pending' || status === 'running';
}
