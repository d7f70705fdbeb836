import type { AbortOptions } from '../../client/core/time';
import type { IExecuteFunctions } from 'n8n-workflow';
import { assertRunnable } from '../../client/check/assertRunnable';
import { checkWorkflow } from '../../client/check/checkWorkflow';
import { problemsOf } from '../../client/check/findings';
import type { WorkflowReport } from '../../client/check/WorkflowReport';
import type { ComfyUiClient, QueueOptions } from '../../client/ComfyUiClient';
import { convertOnServer, findReplacements } from '../../client/convertOnServer';
import { applyDynamicPrompts } from '../../client/convert/dynamicPrompts';
import { substituteNames } from '../../client/convert/fileNames';
import type { Conversion } from '../../client/convert/toApiFormat';
import type { ApiWorkflow } from '../../client/core/ApiWorkflow';
import { asError, InvalidInputError, NotSupportedError } from '../../client/core/errors';
import { roleInputs } from '../../client/fields/workflowRoles';
import { listed as inList, show, tidy } from '../../client/core/text';
import type { WorkflowField } from '../../client/fields/WorkflowField';
import { withHint } from '../../client/jobs/JobGroup';
import { withNodeTypes } from '../../client/objectInfo/withNodeTypes';
import { replaceNodes } from '../../client/objectInfo/replacements';
import type { ObjectInfo } from '../../client/objectInfo/types';
import { sanitize } from '../../client/protocol/safeToSend';
import { modelSources } from '../../client/workflow/modelSources';
import type { FoundWorkflow } from '../../client/workflow/parse';
import { applySeeds, drawSeeds, type SeedMode, type SeedUse } from '../../client/workflow/seeds';
import { usedTypes } from '../../client/workflow/usedTypes';
import type { InputAddress } from '../../client/workflow/declaredInputs';
import { setInputs, trySetInputs, type InputValue } from '../../client/workflow/setInputs';
import type { Clients } from '../clients';
import type { ExecutionHints } from '../ExecutionHints';
import { instanceName } from '../instance';
import { readMaxDownload } from '../files/fetchAddress';
import { readDeployment } from './deployment';
import { formEntries, formValues, seedIds } from './form';
import { InputUploads, type UploadedNames } from './InputUploads';
import { jobOptions, toQueueOptions } from './options';
import { assertRolesFilled, roleValues } from './roles';
import { listedValues } from './values';
import { WorkflowSources } from './WorkflowSources';
import { WrongEntries } from './WrongEntries';

/** A workflow in API format. */
interface Converted extends Pick<Conversion, 'prompt' | 'warnings' | 'outputNodes' | 'drawnSeeds'> {
	/** The catalogue, with the types that replace those that the server no longer has. */
	objectInfo?: ObjectInfo;
	/** The fields of its form; found on the first call. */
	fields(): Promise<WorkflowField[]>;
}

/** Converts each workflow once per server: hundreds of items often share one workflow. */
class ConversionCache {
	private readonly conversions = new WeakMap<
		FoundWorkflow,
		Map<ObjectInfo | undefined, Promise<Converted>>
	>();

	/**
	 * @param objectInfo the catalogue of the server; may be missing for a workflow in API format
	 * @throws InvalidWorkflowError, MissingNodeTypesError
	 */
	async convert(
		client: ComfyUiClient,
		found: FoundWorkflow,
		objectInfo: ObjectInfo | undefined,
	): Promise<Converted> {
		const byCatalogue = this.conversions.get(found) ?? new Map<ObjectInfo | undefined, Promise<Converted>>();
		this.conversions.set(found, byCatalogue);
		const converted = byCatalogue.get(objectInfo) ?? convert(client, found, objectInfo);
		byCatalogue.set(objectInfo, converted);
		return await converted;
	}
}

/** The converter is loaded only for workflows in editor format (next to the API format, it has App Mode), and the list of fields only for the form. */
async function convert(
	client: ComfyUiClient,
	found: FoundWorkflow,
	objectInfo: ObjectInfo | undefined,
): Promise<Converted> {
	const { markedInputs = [], ...converted } = await toConversion(client, found, objectInfo);
	let fields: WorkflowField[] | undefined;
	return {
		...converted,
		async fields() {
			const { listFields } = await import('../../client/fields/listFields');
			return (fields ??= listFields(converted.prompt, converted.objectInfo ?? {}, markedInputs));
		},
	};
}

type ConvertedWorkflow = Omit<Converted, 'fields'> & Partial<Pick<Conversion, 'markedInputs'>>;

async function toConversion(
	client: ComfyUiClient,
	found: FoundWorkflow,
	objectInfo: ObjectInfo | undefined,
): Promise<ConvertedWorkflow> {
	// File names are filled in last, because they may contain values that are set in between.
	const options = { substituteNames: false };
	const isPlain = found.workflow && !found.uiWorkflow;
	if (!objectInfo) {
		if (isPlain) return { prompt: found.workflow ?? {}, warnings: [] };
		const { convertWorkflow } = await import('../../client/convert/toApiFormat');
		return convertWorkflow(found, {}, options);
	}
	if (!isPlain) return await convertOnServer(client, found, objectInfo, options);
	const { replacements, objectInfo: known } = await findReplacements(client, usedTypes(found), objectInfo);
	const { workflow, remarks } = replaceNodes(found.workflow ?? {}, replacements);
	const warnings = remarks.map((text) => ({ reason: 'replaced-type', text }));
	return { prompt: workflow, warnings, objectInfo: known };
}

interface PrepareOptions extends AbortOptions {
	/** Checks the job without transferring files. Default false. */
	dryRun?: boolean;
}

type HostedJobOptions = ReturnType<typeof jobOptions>;

/** The job of one item: checked, its files uploaded, ready to be submitted. */
export interface PreparedJob {
	client: ComfyUiClient;
	/** Safe to send: the client neither parses nor copies it again. */
	workflow: ApiWorkflow;
	seeds: SeedUse[];
	/** Nodes whose files App Mode shows. Absent without App Mode, and where Output Nodes to Run chooses. */
	shownNodes?: string[];
	options: QueueOptions & { clientId?: string };
}

/** Prepares the jobs of an execution. What several items share is read and converted once. */
export class JobPreparer {
	private readonly sources: WorkflowSources;
	private readonly conversions = new ConversionCache();
	private readonly uploaded: UploadedNames = new Map();
	/** Indexes of the items whose jobs passed {@link check}. */
	private readonly checked = new Set<number>();

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly hints: ExecutionHints,
	) {
		this.sources = new WorkflowSources(context);
	}

	/**
	 * Prepares the job of one item: reads and converts the workflow, sets seeds and inputs, uploads files, and checks it.
	 * @throws InvalidWorkflowError, InvalidInputError and others before anything is queued
	 */
	async prepare(itemIndex: number, clients: Clients, { signal }: AbortOptions = {}): Promise<PreparedJob> {
		return await this.prepareJob(itemIndex, clients, { signal });
	}

	/**
	 * Checks the job of one item like {@link prepare}, without uploading or downloading files. Keeps nothing of the job.
	 * @throws the errors of {@link prepare}, except those of a transfer
	 */
	async check(itemIndex: number, clients: Clients, { signal }: AbortOptions = {}): Promise<void> {
		await this.prepareJob(itemIndex, clients, { signal, dryRun: true });
		this.checked.add(itemIndex);
	}

	private async prepareJob(
		itemIndex: number,
		clients: Clients,
		{ signal, dryRun }: PrepareOptions,
	): Promise<PreparedJob> {
		const options = jobOptions(this.context, itemIndex);
		const client = await clients.for(itemIndex, options.clientId || undefined);
		if (client.host.capabilities.workflows !== 'deployed') {
			return await this.prepareWorkflow(itemIndex, client, options, { signal, dryRun });
		}
		const deployment = await readDeployment(this.context, itemIndex, client, { signal, dryRun });
		return { client, workflow: {}, seeds: [], options: { ...toQueueOptions(options, {}, {}), deployment } };
	}

	private async prepareWorkflow(
		itemIndex: number,
		client: ComfyUiClient,
		options: HostedJobOptions,
		{ signal, dryRun }: PrepareOptions,
	): Promise<PreparedJob> {
		const { context } = this;
		const entries = formEntries(context, itemIndex);
		const wrong = new WrongEntries();
		const roles = roleValues(context, itemIndex, wrong);
		const listed = listedValues(context, itemIndex, wrong);
		const found = await this.sources.read(itemIndex, client, { signal });
		const mode = context.getNodeParameter('seedMode', itemIndex) as SeedMode;
		const seed = mode === 'fixed' ? readSeed(context.getNodeParameter('seed', itemIndex)) : undefined;
		const checks = options.checkWorkflow !== false;
		const usesCatalogue = entries.length + listed.length > 0 || checks || options.dynamicPrompts === true;
		const { objectInfo, converted } = await this.convert(client, usesCatalogue, found, { signal });
		const { prompt, fields, warnings, drawnSeeds = [], outputNodes: shownNodes } = converted;
		for (const { text, reason } of warnings) {
			// A count of nodes that take their defaults explains no failure.
			this.hints.add(text, reason === 'values-missing' ? undefined : itemIndex);
		}
		// The items share one conversion, but each job gets a seed of its own.
		const seeded = applySeeds(drawSeeds(prompt, drawnSeeds), mode, { seed, offset: itemIndex, objectInfo });
		// Values are set last: an explicit seed overrides the parameter "Seed", and the list overrides the form.
		const given = [
			...Object.entries(roles).flatMap(([role, value]) =>
				wrong.attempt(() => roleInputs(prompt, { [role]: value }, objectInfo)).flat(),
			),
			...formValues(
				itemIndex,
				entries,
				entries.length > 0 ? await fields() : [],
				seedIds(seeded.seeds),
				wrong,
			),
			...listed,
		];
		const models = modelSources(found.uiWorkflow);
		const tried = trySetInputs(seeded.workflow, given, objectInfo); // nothing is uploaded for an item with a wrong entry
		wrong.add(tried.errors);
		if (wrong.any && checks && objectInfo) {
			const report = checkWorkflow(sanitize(tried.changed), objectInfo, { models });
			wrong.addFindings(findingsAt(tried.addresses, report));
		}
		if (wrong.any) throw wrong.toError();
		const maxBytes = readMaxDownload(options.maxDownload);
		const { uploaded } = this;
		const uploads = new InputUploads(context, itemIndex, client, {
			maxBytes,
			uploaded,
			dryRun,
			signal,
		});
		const values = await uploads.fill(given, prompt, objectInfo);
		let workflow = setInputs(seeded.workflow, values, objectInfo);
		assertRolesFilled(context.getNodeParameter('workflowSource', itemIndex, 'json'), workflow, roles);
		// What the editor does to texts when it queues a workflow.
		if (options.substituteNames !== false) workflow = substituteNames(workflow);
		if (options.dynamicPrompts && objectInfo) workflow = applyDynamicPrompts(workflow, objectInfo);
		const safe = sanitize(workflow);
		// A chosen client ID does not say that the job comes from this n8n; see isOfThisN8n.
		const isUnnamed = Boolean(options.clientId) && client.host.capabilities.clientIds;
		const submitter = isUnnamed ? { submitted_by: instanceName(context) } : {};
		const extraData = { ...submitter, ...found.extraData };
		const queueOptions = toQueueOptions(options, safe, { ...found, extraData });
		if (checks && objectInfo && !this.checked.has(itemIndex)) {
			const { outputNodes, failOnNodeErrors } = queueOptions;
			const report = await client.checkWorkflow(safe, {
				outputNodes,
				models,
				objectInfo,
				pendingFiles: uploads.pending,
				signal,
			});
			const mayRun = report.ok || (!failOnNodeErrors && isPartlyRunnable(report));
			if (!mayRun) assertCanRun(report, await fields(), given, uploads);
		}
		return {
			client,
			workflow: safe,
			seeds: applySeeds(safe, 'keep').seeds,
			...(!queueOptions.outputNodes && { shownNodes }),
			options: queueOptions,
		};
	}

	/** Converts a workflow. With the node types of the workflow that the server has, if they are used. */
	private async convert(
		client: ComfyUiClient,
		usesNodeTypes: boolean,
		found: FoundWorkflow,
		{ signal }: AbortOptions,
	): Promise<{ converted: Converted; objectInfo?: ObjectInfo }> {
		const { name, capabilities } = client.host;
		if (!found.workflow && !capabilities.catalogue) throw cannotConvert(name);
		const convert = async (objectInfo?: ObjectInfo) => {
			const converted = await this.conversions.convert(client, found, objectInfo);
			return { converted, objectInfo: converted.objectInfo ?? objectInfo };
		};
		const loads = capabilities.catalogue && (usesNodeTypes || !found.workflow);
		return loads ? await withNodeTypes(client, usedTypes(found), convert, { signal }) : await convert();
	}
}

/** @throws InvalidInputError when the field was emptied; 0 is a seed like any other */
function readSeed(value: unknown): number {
	if (value !== null && String(value).trim() !== '') return Number(value);
	throw new InvalidInputError('"Seed Value" is empty.', 'Enter a seed, or set "Seed" to "Randomize".');
}

/** Hosts without a catalogue can run workflows in API format. */
function cannotConvert(host: string): NotSupportedError {
	return new NotSupportedError(
		`${host} does not describe its nodes, so a workflow in editor format cannot be converted for it.`,
		'Use the API format: choose "Export (API)" in the Workflow menu of the ComfyUI editor, or convert the workflow with ComfyUI Object Info on a server that has the same nodes.',
	);
}

/** A file that a person named and the server does not have may be a misspelled binary field. */
function assertCanRun(
	report: WorkflowReport,
	fields: WorkflowField[],
	given: InputValue[],
	uploads: InputUploads,
): void {
	try {
		assertRunnable(report, describeFields(report, fields));
	} catch (error) {
		const isGiven = ({ value }: { value: string }) => given.some((row) => row.value === value);
		throw asError(withHint(error, report.missingFiles.some(isGiven) ? uploads.describeFields() : undefined));
	}
}

/** What the server would refuse at these inputs, one sentence each. */
function findingsAt(addresses: InputAddress[], report: WorkflowReport): string[] {
	const places = new Set(addresses.map(({ nodeId, input }) => `${nodeId}.${input}`));
	return problemsOf(report)
		.filter(({ nodeId, input }) => places.has(`${nodeId}.${input}`))
		.map(({ text }) => text);
}

/** Which fields of the form to change; undefined when no field of it is wrong. */
function describeFields(report: WorkflowReport, fields: WorkflowField[]): string | undefined {
	const byInput = new Map(
		fields.flatMap((field) => field.targets.map(({ nodeId, input }) => [`${nodeId}.${input}`, field])),
	);
	const wrong = problemsOf(report).flatMap(({ nodeId, input }) => byInput.get(`${nodeId}.${input}`) ?? []);
	const names = [...new Set(wrong)].map(({ label, id }) => `${show(label)} (${tidy(id, 80)})`);
	if (names.length === 0) return undefined;
	return `Change ${inList(names)} in "Workflow Inputs" or "Inputs to Set", or install on the server what is missing there.`;
}

/** Whether the server would run some outputs and omit the others. Its errors about those become warnings. */
function isPartlyRunnable({ outputNodes, failingOutputs, missingNodeTypes }: WorkflowReport): boolean {
	return missingNodeTypes.length === 0 && failingOutputs.length < outputNodes.length;
}
