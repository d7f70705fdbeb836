import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	type ExecutionError,
	type IRun,
	type IWorkflowBase,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { createAdditionalData } from './additionalData';
import type { CredentialsHelper } from './credentials/CredentialsHelper';
import { storeInput } from './input';
import type { RunRequest } from './types';
import type { Plan } from './workflow';

/** One execution, from n8n's point of view. */
export class Execution {
	private stopped = false;
	private cancelRunning?: () => void;

	constructor(
		private readonly id: string,
		private readonly helper: CredentialsHelper,
	) {}

	/** Ends with n8n's record of the execution, whatever happens in it. */
	async run(request: RunRequest, makePlan: () => Plan): Promise<IRun> {
		const mode = request.mode ?? 'manual';
		const startedAt = new Date();
		try {
			return await this.execute(request, makePlan(), mode);
		} catch (error) {
			return failedRun(error as Error, mode, startedAt);
		}
	}

	/** What n8n does when a user stops an execution or its time is over. */
	cancel(): void {
		this.stopped = true;
		this.cancelRunning?.();
	}

	private async execute(request: RunRequest, plan: Plan, mode: WorkflowExecuteMode): Promise<IRun> {
		const { workflow, start } = plan;
		const { onNode, timeoutMs } = request;
		const items = await storeInput(request.input, this.id);
		const hooks = new ExecutionLifecycleHooks(mode, this.id, {} as IWorkflowBase);
		hooks.addHandler('nodeExecuteBefore', (name) => onNode?.(name));
		const additionalData = createAdditionalData(this.helper, {
			hooks,
			executionId: this.id,
			workflowId: workflow.id,
			workflowSettings: workflow.settings,
			executionTimeoutTimestamp: timeoutMs === undefined ? undefined : Date.now() + timeoutMs,
		});
		const data = createRunExecutionData({
			executionData: { nodeExecutionStack: [{ node: start, data: { main: [items] }, source: null }] },
		});
		// Throws at once when a node has issues, e.g. a required parameter is empty.
		const running = new WorkflowExecute(additionalData, mode, data).processRunExecutionData(workflow);
		this.cancelRunning = () => running.cancel();
		if (this.stopped) running.cancel();
		const timer = timeoutMs === undefined ? undefined : setTimeout(() => this.cancel(), timeoutMs);
		try {
			return await running;
		} finally {
			clearTimeout(timer);
			this.cancelRunning = undefined;
		}
	}
}

/** How n8n records an execution that failed before its first node. */
function failedRun(error: Error, mode: WorkflowExecuteMode, startedAt: Date): IRun {
	const recorded = { ...error, message: error.message, stack: error.stack } as ExecutionError;
	return {
		data: createRunExecutionData({ resultData: { error: recorded, runData: {} } }),
		finished: false,
		mode,
		startedAt,
		stoppedAt: new Date(),
		status: 'error',
		storedAt: 'db',
	};
}
