import {
	applySeeds,
	assertRunnable,
	drawSeeds,
	InvalidInputError,
	modelSources,
	parseWorkflow,
	readWorkflow,
	setInputs,
	type ApiWorkflow,
	type ComfyUiClient,
	type Conversion,
	type ObjectInfo,
	type QueueOptions,
	type SeedMode,
	type SeedUse,
	type UiWorkflow,
} from 'comfyui-workflows-client';
import { toInputValues, uploadFiles, type GivenValue } from './inputValues';
import type { Source } from './workflowSource';

/** What a message asks for. */
export interface JobRequest {
	source: Source;
	values: GivenValue[];
	seedMode: SeedMode;
	/** For the mode `fixed`. */
	seed?: unknown;
}

/** A job that is ready to be submitted. */
export interface PreparedJob {
	workflow: ApiWorkflow;
	seeds: SeedUse[];
	/** What the conversion left out or guessed. */
	warnings: string[];
	options: QueueOptions;
	/** Nodes whose files App Mode of the ComfyUI editor shows. */
	shownNodes?: string[];
}

/** A workflow in API format, with what the job needs of its other format. */
interface ReadyWorkflow extends Pick<Conversion, 'prompt' | 'drawnSeeds' | 'outputNodes'> {
	objectInfo?: ObjectInfo;
	warnings: string[];
	uiWorkflow?: UiWorkflow;
	extraData?: Record<string, unknown>;
}

/** How long a converted workflow is used again: a server may get other models and nodes. */
const KEEP_MS = 30_000;

/** Prepares the jobs of a node. A workflow that messages share is converted once. */
export class JobPreparer {
	/** The workflow that was converted last. */
	private last?: { text: string; client: ComfyUiClient; until: number; ready: ReadyWorkflow };

	/**
	 * Reads and converts the workflow, sets seed and values, uploads files, and checks the result.
	 * @throws InvalidWorkflowError, InvalidInputError and others before anything is queued
	 */
	async prepare(
		client: ComfyUiClient,
		{ source, values, seedMode, seed }: JobRequest,
		{ signal }: { signal?: AbortSignal },
	): Promise<PreparedJob> {
		if (source.kind === 'deployment') {
			const filled = await uploadFiles(client, values, { signal });
			const inputs = Object.fromEntries(filled.map(({ input, value }) => [input, value]));
			const options = { deployment: { id: source.id, inputs } };
			return { workflow: {}, seeds: [], warnings: [], options };
		}
		const ready = await this.convert(client, await source.read(client, { signal }), { signal });
		const { objectInfo, drawnSeeds = [], uiWorkflow } = ready;
		const seeded = applySeeds(drawSeeds(ready.prompt, drawnSeeds), seedMode, {
			seed: seedMode === 'fixed' ? toSeed(seed) : undefined,
			objectInfo,
		});
		const inputs = toInputValues(values, seeded.workflow, objectInfo);
		setInputs(seeded.workflow, inputs.filter(isPlain), objectInfo); // nothing is uploaded for a job with a wrong value
		const workflow = setInputs(seeded.workflow, await uploadFiles(client, inputs, { signal }), objectInfo);
		if (objectInfo) {
			const models = modelSources(uiWorkflow);
			assertRunnable(await client.checkWorkflow(workflow, { objectInfo, models, signal }));
		}
		return {
			workflow,
			seeds: applySeeds(workflow, 'keep').seeds,
			warnings: ready.warnings,
			options: { uiWorkflow, extraData: ready.extraData },
			shownNodes: ready.outputNodes,
		};
	}

	private async convert(
		client: ComfyUiClient,
		source: unknown,
		{ signal }: { signal?: AbortSignal },
	): Promise<ReadyWorkflow> {
		if (!client.host.capabilities.catalogue) {
			const { workflow, uiWorkflow, extraData } = parseWorkflow(source);
			return { prompt: workflow, uiWorkflow, extraData, warnings: [] };
		}
		const { last } = this;
		if (last && last.text === source && last.client === client && performance.now() < last.until) {
			return last.ready;
		}
		const { uiWorkflow, extraData } = readWorkflow(source);
		const { warnings, ...converted } = await client.convertWorkflow(source, { signal });
		const ready = { ...converted, uiWorkflow, extraData, warnings: warnings.map(({ text }) => text) };
		if (typeof source === 'string') {
			this.last = { text: source, client, until: performance.now() + KEEP_MS, ready };
		}
		return ready;
	}
}

/** Whether a value is no file. */
const isPlain = ({ value }: { value: unknown }) => !(value instanceof Uint8Array);

/** @throws InvalidInputError; 0 is a seed like any other */
function toSeed(seed: unknown): number {
	const number = typeof seed === 'string' && seed.trim() === '' ? NaN : Number(seed ?? NaN);
	if (Number.isSafeInteger(number) && number >= 0) return number;
	throw new InvalidInputError('"Seed" is not a whole number, 0 or more.', 'Enter a number such as 42.');
}
