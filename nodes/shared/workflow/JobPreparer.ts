import type { AbortOptions } from '../../client/core/time';
import type { IExecuteFunctions } from 'n8n-workflow';
import { assertRunnable } from '../../client/check/assertRunnable';
import type { ComfyUiClient, QueueOptions } from '../../client/ComfyUiClient';
import { applyDynamicPrompts } from '../../client/convert/dynamicPrompts';
import { substituteNames } from '../../client/convert/fileNames';
import { NotSupportedError } from '../../client/core/errors';
import { listFields } from '../../client/fields/listFields';
import { applySeeds, type SeedMode, type SeedUse } from '../../client/workflow/seeds';
import { setInputs } from '../../client/workflow/setInputs';
import type { FoundWorkflow } from '../../client/workflow/parse';
import type { ApiWorkflow } from '../../client/core/ApiWorkflow';
import type { Clients } from '../clients';
import type { ExecutionHints } from '../ExecutionHints';
import { readDeployment } from './deployment';
import { jobOptions, toQueueOptions, type JobOptions } from './options';
import { WorkflowSources } from './WorkflowSources';
import { InputUploads } from './InputUploads';
import type { ObjectInfo } from '../../client/objectInfo/types';
import type { WorkflowReport } from '../../client/check/WorkflowReport';
import { toApiFormat, type Conversion } from '../../client/convert/toApiFormat';
import type { WorkflowField } from '../../client/fields/WorkflowField';
import { formEntries, formValues } from './form';
import { listedValues } from './values';

/** A workflow in API format, converted for one server. */
interface Converted extends Pick<Conversion, 'prompt' | 'warnings'> {
	/** The fields of its form, computed with the first call. */
	fields(): WorkflowField[];
}

/** Converts each workflow once per server: hundreds of items often share one workflow. */
class ConversionCache {
	private readonly converted = new WeakMap<FoundWorkflow, Map<ObjectInfo, Converted>>();

	/** @throws InvalidWorkflowError, MissingNodeTypesError */
	convert(found: FoundWorkflow, objectInfo: ObjectInfo): Converted {
		const known = this.converted.get(found) ?? new Map<ObjectInfo, Converted>();
		this.converted.set(found, known);
		const workflow = known.get(objectInfo) ?? convert(found, objectInfo);
		known.set(objectInfo, workflow);
		return workflow;
	}
}

function convert({ workflow, uiWorkflow }: FoundWorkflow, objectInfo: ObjectInfo): Converted {
	// File names are filled in last, because they may contain values that are set in between.
	const options = { substituteNames: false };
	const { prompt, warnings, markedInputs } = toApiFormat(workflow ?? uiWorkflow, objectInfo, options);
	let fields: WorkflowField[] | undefined;
	return { prompt, warnings, fields: () => (fields ??= listFields(prompt, objectInfo, markedInputs)) };
}

type HostedJobOptions = ReturnType<typeof jobOptions>;

/** The job of one item: checked, with its files uploaded, ready to be submitted. */
export interface PreparedJob {
	client: ComfyUiClient;
	workflow: ApiWorkflow;
	seeds: SeedUse[];
	options: QueueOptions & { clientId?: string };
}

/** Prepares the jobs of an execution. What all items share is read and converted once. */
export class JobPreparer {
	private readonly sources: WorkflowSources;
	private readonly conversions = new ConversionCache();

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly hints: ExecutionHints,
	) {
		this.sources = new WorkflowSources(context);
	}

	/**
	 * The job of one item: its workflow read and converted, seeds and inputs set, files uploaded, all checked.
	 * @throws InvalidWorkflowError, InvalidInputError and others before anything is queued
	 */
	async prepare(itemIndex: number, clients: Clients, { signal }: AbortOptions = {}): Promise<PreparedJob> {
		const options = jobOptions(this.context, itemIndex);
		const client = await clients.for(itemIndex, options.clientId || undefined);
		return client.host.capabilities.workflows === 'deployed'
			? await this.deployment(itemIndex, client, options, { signal })
			: await this.workflow(itemIndex, client, options, { signal });
	}

	/** The workflow is stored on the host, so there is nothing to read or to check here. */
	private async deployment(
		itemIndex: number,
		client: ComfyUiClient,
		options: HostedJobOptions,
		{ signal }: AbortOptions = {},
	): Promise<PreparedJob> {
		const deployment = await readDeployment(this.context, itemIndex, client, { signal });
		return { client, workflow: {}, seeds: [], options: { ...toQueueOptions(options, {}, {}), deployment } };
	}

	private async workflow(
		itemIndex: number,
		client: ComfyUiClient,
		options: HostedJobOptions,
		{ signal }: AbortOptions = {},
	): Promise<PreparedJob> {
		const entries = formEntries(this.context, itemIndex);
		const listed = listedValues(this.context, itemIndex);
		const found = await this.sources.read(itemIndex, client, { signal });
		const seeding = this.seeding(itemIndex);
		const wantsCatalogue =
			entries.length + listed.length > 0 ||
			options.checkWorkflow !== false ||
			options.dynamicPrompts === true;
		const objectInfo = await this.catalogue(client, wantsCatalogue, found, { signal });
		const { prompt, fields, warnings } = this.converted(found, objectInfo);
		for (const { text } of warnings) this.hints.add(text);
		const seeded = applySeeds(prompt, seeding.mode, { ...seeding, objectInfo });
		// Values are set last: an explicit seed overrides the parameter "Seed", and the list overrides the form.
		const given = [...formValues(this.context, entries, entries.length > 0 ? fields() : []), ...listed];
		const values = await new InputUploads(this.context, itemIndex, client, signal).fill(
			given,
			prompt,
			objectInfo,
		);
		const workflow = withEditorTexts(setInputs(seeded.workflow, values, objectInfo), options, objectInfo);
		const queueOptions = toQueueOptions(options, workflow, found);
		if (options.checkWorkflow !== false && objectInfo) {
			const { outputNodes, failOnNodeErrors } = queueOptions;
			const report = await client.checkWorkflow(workflow, { outputNodes, objectInfo, signal });
			if (failOnNodeErrors || !isPartlyRunnable(report)) assertRunnable(report);
		}
		return { client, workflow, seeds: applySeeds(workflow, 'keep').seeds, options: queueOptions };
	}

	private seeding(itemIndex: number): { mode: SeedMode; seed?: number; offset: number } {
		const mode = this.context.getNodeParameter('seedMode', itemIndex) as SeedMode;
		const seed = mode === 'fixed' ? Number(this.context.getNodeParameter('seed', itemIndex)) : undefined;
		return { mode, seed, offset: itemIndex };
	}

	/** Hosts without `/object_info` can still run a workflow in API format. */
	private async catalogue(
		client: ComfyUiClient,
		wanted: boolean,
		{ workflow }: FoundWorkflow,
		{ signal }: AbortOptions = {},
	): Promise<ObjectInfo | undefined> {
		if (client.host.capabilities.catalogue) {
			return wanted || !workflow ? await client.objectInfo({ signal }) : undefined;
		}
		if (workflow) return undefined;
		throw new NotSupportedError(
			`${client.host.name} does not describe its nodes, so a workflow in editor format cannot be converted for it.`,
			'Use the API format: choose "Export (API)" in the Workflow menu of the ComfyUI editor, or convert the workflow with ComfyUI Object Info on a server that has the same nodes.',
		);
	}

	private converted(found: FoundWorkflow, objectInfo?: ObjectInfo): Converted {
		if (objectInfo) return this.conversions.convert(found, objectInfo);
		const prompt = found.workflow as ApiWorkflow;
		return { prompt, warnings: [], fields: () => listFields(prompt, {}) };
	}
}

/** Whether the server would run some outputs and omit the others. Its errors about those become warnings. */
function isPartlyRunnable({ outputNodes, failingOutputs, missingNodeTypes }: WorkflowReport): boolean {
	return missingNodeTypes.length === 0 && failingOutputs.length < outputNodes.length;
}

/** Processes texts as the editor does when it queues a workflow, according to the options. */
function withEditorTexts(workflow: ApiWorkflow, options: JobOptions, objectInfo?: ObjectInfo): ApiWorkflow {
	const named = options.substituteNames === false ? workflow : substituteNames(workflow);
	return options.dynamicPrompts && objectInfo ? applyDynamicPrompts(named, objectInfo) : named;
}
