import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	type ExecutionError,
	type IRun,
	type IRunExecutionData,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
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
		private readonly surroundings: Partial<IWorkflowExecuteAdditionalData> = {},
	) {}

	/**
	 * Ends with n8n's record of the execution, whatever happens in it.
	 * @param data where the execution stood when it was put to wait
	 */
	async run(request: RunRequest, makePlan: () => Plan, data?: IRunExecutionData): Promise<IRun> {
		const mode = request.mode ?? 'manual';
		const startedAt = new Date();
		try {
			return await this.execute(request, makePlan(), mode, data);
		} catch (error) {
			return failedRun(error as Error, mode, startedAt);
		}
	}

	/** What n8n does when a user stops an execution or its time is over. */
	cancel(): void {
		this.stopped = true;
		this.cancelRunning?.();
	}

	private async execute(
		request: RunRequest,
		{ workflow, start }: Plan,
		mode: WorkflowExecuteMode,
		earlier?: IRunExecutionData,
	): Promise<IRun> {
		const { onNode, timeoutMs } = request;
		const hooks = new ExecutionLifecycleHooks(mode, this.id, {} as IWorkflowBase);
		hooks.addHandler('nodeExecuteBefore', (name) => onNode?.(name));
		const additionalData = createAdditionalData(this.helper, {
			...this.surroundings,
			hooks,
			executionId: this.id,
			workflowId: workflow.id,
			workflowSettings: workflow.settings,
			executionTimeoutTimestamp: timeoutMs === undefined ? undefined : Date.now() + timeoutMs,
		});
		const data = earlier ?? (await this.begin(request, start));
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

	private async begin({ input }: RunRequest, start: Plan['start']): Promise<IRunExecutionData> {
		const items = await storeInput(input, this.id);
		return createRunExecutionData({
			executionData: { nodeExecutionStack: [{ node: start, data: { main: [items] }, source: null }] },
		});
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
