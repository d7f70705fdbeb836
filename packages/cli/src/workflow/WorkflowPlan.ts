import {
	applySeeds,
	assertRunnable,
	checkWorkflow,
	drawSeeds,
	modelSources,
	NotSupportedError,
	roleInputs,
	setInputs,
	toApiFormat,
	type ApiWorkflow,
	type ComfyUiClient,
	type Conversion,
	type FoundWorkflow,
	type InputValue,
	type ObjectInfo,
	type QueueOptions,
	type RoleValues,
	type SeedUse,
	type WorkflowReport,
} from 'comfyui-workflows-client';
import { UsageError } from '../errors';
import { submitter } from '../jobs/submitter';
import { namesInput, splitAssignment } from './assignments';

/** What to do with the seeds: draw one, keep those of the workflow, or set this one. */
export type Seed = 'random' | 'keep' | number;

/** Reads the option `--seed`. @throws UsageError */
export function parseSeed(text: string): Seed {
	if (text === 'random' || text === 'keep') return text;
	const seed = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
	if (Number.isSafeInteger(seed)) return seed;
	throw new UsageError(`--seed has to be random, keep or a number; it is ${text}`);
}

/** A workflow that is ready to be submitted. */
export interface BuiltJob {
	workflow: ApiWorkflow;
	seeds: SeedUse[];
}

/** A workflow for one server, of which jobs with other values are made. */
export class WorkflowPlan {
	private constructor(
		readonly client: ComfyUiClient,
		private readonly found: FoundWorkflow,
		readonly conversion: Conversion & { objectInfo?: ObjectInfo },
		private readonly dynamicPrompts: boolean,
	) {}

	/**
	 * Converts a workflow for the server.
	 * @throws InvalidWorkflowError, MissingNodeTypesError, NotSupportedError
	 */
	static async create(
		client: ComfyUiClient,
		found: FoundWorkflow,
		{ dynamicPrompts = false, signal }: { dynamicPrompts?: boolean; signal: AbortSignal },
	): Promise<WorkflowPlan> {
		const { catalogue } = client.host.capabilities;
		if (!catalogue && !found.workflow) throw cannotConvert(client.host.name);
		const source = found.uiWorkflow && !found.workflow ? found.uiWorkflow : found.workflow;
		// File names are filled in last: they may contain values that are set in between.
		const conversion = catalogue
			? { ...(await client.convertWorkflow(source, { substituteNames: false, signal })), ...ofFile(found) }
			: { prompt: found.workflow ?? {}, warnings: [], markedInputs: [], ...ofFile(found) };
		return new WorkflowPlan(client, found, conversion, dynamicPrompts);
	}

	/** In API format, as it was read. */
	get prompt(): ApiWorkflow {
		return this.conversion.prompt;
	}

	get objectInfo(): ObjectInfo | undefined {
		return this.conversion.objectInfo;
	}

	/** The values of `Node.input=value` texts. @throws UsageError */
	readValues(texts: readonly string[], option = '--set'): InputValue[] {
		const isInput = namesInput(this.prompt, this.objectInfo);
		return texts.map((text) => {
			const { reference, value } = splitAssignment(text, option, isInput);
			return { node: reference, value, coerce: true };
		});
	}

	/** The values of roles. @throws InvalidWorkflowError when the workflow does not have a role */
	roleValues(roles: RoleValues): InputValue[] {
		return roleInputs(this.prompt, roles, this.objectInfo);
	}

	/**
	 * Makes a job.
	 * @param offset added to a fixed seed
	 * @throws InvalidWorkflowError, InvalidInputError for values that cannot be set
	 */
	build(values: readonly InputValue[], seed: Seed, offset = 0): BuiltJob {
		const { objectInfo, conversion } = this;
		const drawn = drawSeeds(conversion.prompt, conversion.drawnSeeds ?? []);
		const mode = seed === 'random' ? 'randomize' : seed === 'keep' ? 'keep' : 'fixed';
		const options = { objectInfo, ...(typeof seed === 'number' && { seed, offset }) };
		const seeded = applySeeds(drawn, mode, options).workflow;
		const set = setInputs(seeded, values, objectInfo);
		const { prompt: workflow } = toApiFormat(set, objectInfo ?? {}, {
			substituteNames: true,
			dynamicPrompts: this.dynamicPrompts && objectInfo !== undefined,
		});
		return { workflow, seeds: applySeeds(workflow, 'keep').seeds };
	}

	/**
	 * Checks a job as the server would, and asks it for files that no list has.
	 * @param pendingFiles names of files that are uploaded before the job is submitted
	 * @throws UnrunnableWorkflowError
	 */
	async check(
		workflow: ApiWorkflow,
		{ pendingFiles, signal }: { pendingFiles?: ReadonlySet<string>; signal: AbortSignal },
	): Promise<WorkflowReport | undefined> {
		const { objectInfo, client } = this;
		if (!objectInfo) return undefined;
		const report = await client.checkWorkflow(workflow, {
			models: modelSources(this.found.uiWorkflow),
			objectInfo,
			pendingFiles,
			signal,
		});
		assertRunnable(report);
		return report;
	}

	/** The same without requests. @throws UnrunnableWorkflowError */
	checkOffline(workflow: ApiWorkflow): void {
		if (this.objectInfo) assertRunnable(checkWorkflow(workflow, this.objectInfo));
	}

	/** What is submitted beside the workflow: who submits it, and the editor's file, so that it is in the pictures. */
	get queueOptions(): Pick<QueueOptions, 'uiWorkflow' | 'extraData'> {
		if (!this.client.host.capabilities.promptOptions) return {};
		const { uiWorkflow, extraData } = this.found;
		return { ...(uiWorkflow && { uiWorkflow }), extraData: { submitted_by: submitter(), ...extraData } };
	}
}

function ofFile({ uiWorkflow, extraData }: FoundWorkflow): Pick<Conversion, 'uiWorkflow' | 'extraData'> {
	return { ...(uiWorkflow && { uiWorkflow }), ...(extraData && { extraData }) };
}

function cannotConvert(host: string): NotSupportedError {
	return new NotSupportedError(
		`${host} does not describe its nodes, so a workflow in the format of the editor cannot be converted for it.`,
		'Convert it on a server that has the same nodes: comfyui convert file.json --url URL > api.json',
	);
}
