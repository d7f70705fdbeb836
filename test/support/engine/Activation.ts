import { TriggerContext } from 'n8n-core';
import {
	deepCopy,
	UserError,
	type IDataObject,
	type INodeExecutionData,
	type IRun,
	type ITriggerFunctions,
	type ITriggerResponse,
	type IWorkflowExecuteAdditionalData,
	type WorkflowActivateMode,
} from 'n8n-workflow';
import type { Plan } from './workflow';

/** How n8n tells the trigger that an execution has ended. */
type Done = NonNullable<Parameters<ITriggerFunctions['emit']>[2]>;

/** An execution that a trigger started. */
export interface StartedExecution {
	key?: string;
	items: INodeExecutionData[];
	/** The execution ends, as n8n reports it. */
	finish(): void;
	/** n8n could not start the execution, or it was stopped. */
	fail(error: Error): void;
}

export interface ActivationOptions {
	/** What n8n stored for the workflow when it was active before. */
	staticData?: IDataObject;
	/** Why the workflow becomes active. Default `activate`. */
	mode?: WorkflowActivateMode;
	/** Executions end at once. Default true. */
	finishes?: boolean;
	/** The keys of the executions in the database of n8n, which no second execution may have. */
	keys?: Set<string>;
}

/** An active workflow, as n8n holds it: its trigger runs, and each event starts an execution. */
export class Activation {
	readonly executions: StartedExecution[] = [];
	readonly errors: Error[] = [];
	private response?: ITriggerResponse;

	private constructor(
		private readonly plan: Plan,
		private readonly options: ActivationOptions,
	) {}

	/** @throws what the trigger throws: n8n then does not activate the workflow */
	static async start(
		plan: Plan,
		additionalData: IWorkflowExecuteAdditionalData,
		options: ActivationOptions,
	): Promise<Activation> {
		const { workflow, start } = plan;
		const activation = new Activation(plan, options);
		if (options.staticData) workflow.staticData = deepCopy(options.staticData);
		const { trigger } = workflow.nodeTypes.getByNameAndVersion(start.type, start.typeVersion);
		if (!trigger) throw new UserError(`${start.type} is not a trigger`);
		const context = new TriggerContext(
			workflow,
			start,
			additionalData,
			'trigger',
			options.mode ?? 'activate',
			([items], _response, done, key) => activation.begin(items, done, key),
			(error) => void activation.errors.push(error),
		);
		activation.response = await trigger.call(context);
		return activation;
	}

	/** What n8n stores for the workflow, as it reads it after a restart. */
	get staticData(): IDataObject {
		return deepCopy(this.plan.workflow.staticData);
	}

	/** n8n deactivates the workflow, or ends. */
	async close(): Promise<void> {
		await this.response?.closeFunction?.();
	}

	/** n8n refuses a key that an execution has already, and reports that as an end. */
	private begin(items: INodeExecutionData[], done: Done | undefined, key?: string): void {
		const { keys, finishes = true } = this.options;
		const finish = () => done?.resolve(undefined as unknown as IRun);
		if (key !== undefined && keys?.has(key)) return finish();
		if (key !== undefined) keys?.add(key);
		this.executions.push({ key, items, finish, fail: (error) => done?.reject(error) });
		if (finishes) finish();
	}
}
