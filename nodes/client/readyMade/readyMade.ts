import type { ApiWorkflow } from '../core/ApiWorkflow';
import { asError, InvalidInputError, isComfyUiError, NotFoundError } from '../core/errors';
import { listed, show } from '../core/text';
import type { AbortOptions } from '../core/time';
import type { Host } from '../hosts/Host';
import { inputWithChoices } from '../objectInfo/choices';
import { modelFamilies, modelFamilyOf, samplingSettings, type ModelFamily } from './families';
import { imageToImage, inpaint, readyMadeKinds, textToImage, upscale, type ReadyMadeKind } from './graphs';

export interface ReadyMadeOptions extends AbortOptions {
	/**
	 * File name of the checkpoint, for `upscale` of the upscale model. Default: the first one on the server. Hosts that
	 * do not list their models need it.
	 */
	model?: string;
	/** Default: by the metadata or the name of the checkpoint. */
	family?: ModelFamily;
}

/** The node that loads the model of a kind, and the folder on the server. */
interface ModelList {
	nodeType: string;
	input: string;
	folder: string;
	/** In errors. */
	name: string;
}

const CHECKPOINTS: ModelList = {
	nodeType: 'CheckpointLoaderSimple',
	input: 'ckpt_name',
	folder: 'checkpoints',
	name: 'checkpoint',
};
const UPSCALE_MODELS: ModelList = {
	nodeType: 'UpscaleModelLoader',
	input: 'model_name',
	folder: 'upscale_models',
	name: 'upscale model',
};

/** Checkpoints that make no images, or only finish the image of another one. */
const NOT_FOR_IMAGES =
	/svd|zero123|ltx|ace[-_]?step|stable[-_]?audio|hunyuan[-_]?3d|mochi|cosmos|wan[-_]?\d|refiner|lotus/i;
const FOR_INPAINTING = /inpaint|[-_]fill/i;

/**
 * A ready-made workflow, with the model and the settings that fit the server. Its prompt and its image are empty: set
 * them by their roles.
 * @throws InvalidInputError when the host does not list its models and none is given
 * @throws NotFoundError when the server has no model of this kind
 */
export async function readyMadeWorkflow(
	host: Host,
	kind: ReadyMadeKind,
	{ model, family, signal }: ReadyMadeOptions = {},
): Promise<ApiWorkflow> {
	assertKnown(kind, family);
	const list = kind === 'upscale' ? UPSCALE_MODELS : CHECKPOINTS;
	const chosen = model?.trim() || firstOf(await listReadyMadeModels(host, kind, { signal }), kind, list);
	if (kind === 'upscale') return upscale(chosen);
	const settings = samplingSettings(chosen, family ?? (await familyOf(host, chosen, { signal })));
	switch (kind) {
		case 'textToImage':
			return textToImage(chosen, settings);
		case 'imageToImage':
			return imageToImage(chosen, settings);
		case 'inpaint':
			return inpaint(chosen, settings);
	}
}

/**
 * The models that a kind of workflow can use: checkpoints, or upscale models.
 * @throws InvalidInputError when the host does not list its models
 */
export async function listReadyMadeModels(
	host: Host,
	kind: ReadyMadeKind,
	{ signal }: AbortOptions = {},
): Promise<string[]> {
	const { nodeType, input, name } = kind === 'upscale' ? UPSCALE_MODELS : CHECKPOINTS;
	if (!host.server || !host.capabilities.catalogue) {
		throw new InvalidInputError(
			`${host.name} does not list its models, and no ${name} is given.`,
			`Enter the file name of the ${name} as the host knows it.`,
		);
	}
	const definition = await host.server.nodeDefinition(nodeType, { signal });
	return inputWithChoices(nodeType, definition, input).choices.map(String);
}

/** The first model that makes images; for a host where no name says so, the first of all. */
function firstOf(models: string[], kind: ReadyMadeKind, { name, folder }: ModelList): string {
	const isFit = (model: string) =>
		!NOT_FOR_IMAGES.test(model) && FOR_INPAINTING.test(model) === (kind === 'inpaint');
	const usable = models.filter((model) => !NOT_FOR_IMAGES.test(model));
	const [first] = [...models.filter(isFit), ...usable, ...models];
	if (first !== undefined) return first;
	throw new NotFoundError(`The server has no ${name}s.`, `Put one into models/${folder}.`);
}

/** By the metadata where the server shows it; many files have none. */
async function familyOf(host: Host, checkpoint: string, { signal }: AbortOptions): Promise<ModelFamily> {
	try {
		const metadata = await host.server?.modelMetadata(CHECKPOINTS.folder, checkpoint, { signal });
		return modelFamilyOf(checkpoint, metadata);
	} catch (error) {
		if (isComfyUiError(error) && (error.code === 'not-found' || error.code === 'not-supported')) {
			return modelFamilyOf(checkpoint);
		}
		throw asError(error);
	}
}

function assertKnown(kind: ReadyMadeKind, family: ModelFamily | undefined): void {
	if (!readyMadeKinds.includes(kind)) {
		throw new InvalidInputError(
			`There is no ready-made workflow ${show(kind)}.`,
			`The workflows are ${listed(readyMadeKinds)}.`,
		);
	}
	if (family !== undefined && !modelFamilies.includes(family)) {
		throw new InvalidInputError(
			`There is no model family ${show(family)}.`,
			`The families are ${listed(modelFamilies)}.`,
		);
	}
}
