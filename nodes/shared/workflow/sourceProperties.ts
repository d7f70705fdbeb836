import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** The parameters that say where a workflow comes from. Descriptions are loaded when n8n starts: few imports. */

/** Versions of the nodes that begin with a workflow of our own, and that have fields for the roles of inputs. */
const WITH_ROLES = [{ _cnd: { gte: 1.1 } }];
const BEFORE_ROLES = [{ _cnd: { lt: 1.1 } }];

/** The workflows of our own, as values of "Workflow Source". */
export const READY_MADE = ['textToImage', 'imageToImage', 'upscale', 'inpaint'];
/** Those that use a checkpoint. */
const WITH_CHECKPOINT = READY_MADE.filter((source) => source !== 'upscale');

// In the order of what they need, which is nothing for the first ones.
const READY_MADE_OPTIONS: INodePropertyOptions[] = [
	{ name: 'Text to Image', value: 'textToImage', description: 'Paints an image from a prompt' },
	{
		name: 'Image to Image',
		value: 'imageToImage',
		description: 'Paints an image that follows another image and a prompt',
	},
	{ name: 'Upscale', value: 'upscale', description: 'Enlarges an image' },
	{
		name: 'Inpaint',
		value: 'inpaint',
		description: 'Repaints the transparent part of an image from a prompt',
	},
];
const GIVEN_OPTIONS: INodePropertyOptions[] = [
	{
		name: 'Saved on Server',
		value: 'server',
		description: 'A workflow that was saved in the ComfyUI editor',
	},
	{ name: 'Template', value: 'template', description: 'A workflow that the ComfyUI server ships' },
	{ name: 'JSON', value: 'json', description: 'Pasted text, or the result of an expression' },
	{
		name: 'File',
		value: 'binary',
		description:
			'A JSON file in a binary field, or an image, video, audio or model file that ComfyUI created',
	},
];

/** How subtitles name the sources that have no name of their own. */
const SOURCE_NAMES: Record<string, string> = {
	...Object.fromEntries(READY_MADE_OPTIONS.map(({ name, value }) => [String(value), name])),
	json: 'Workflow From JSON',
	binary: 'Workflow From File',
};

/**
 * The subtitle of a node that runs workflows: what it runs.
 * @param prefix before it; a resource locator in `$parameter` is its value
 */
export const sourceSubtitle = (prefix: string): string =>
	`={{ "${prefix}" + (["comfyDeploy", "runComfy"].includes($parameter["host"]) ? "Deployment"
		: $parameter["workflowSource"] === "server" ? ($parameter["savedWorkflow"] || "Saved on Server").replace(/\\.json$/i, "")
		: $parameter["workflowSource"] === "template" ? ($parameter["template"] || "Template")
		: ${JSON.stringify(SOURCE_NAMES)}[$parameter["workflowSource"]] || "Workflow") }}`;

const sourceProperty = (
	show: IDisplayOptions['show'],
	options: INodePropertyOptions[],
	initial: string,
): INodeProperties => ({
	displayName: 'Workflow Source',
	name: 'workflowSource',
	type: 'options',
	default: initial,
	displayOptions: { show },
	options,
	description: 'Where the workflow comes from',
});

/** "Workflow Source" of a node that runs workflows: it begins with the workflows of our own. */
export function runSourceProperties({ show }: IDisplayOptions): INodeProperties[] {
	const options = [...READY_MADE_OPTIONS, ...GIVEN_OPTIONS];
	return [
		sourceProperty({ ...show, '@version': WITH_ROLES }, options, 'textToImage'),
		sourceProperty({ ...show, '@version': BEFORE_ROLES }, options, 'json'),
		...givenWorkflow({ show }),
	];
}

/** "Workflow Source" of a node that examines workflows. @param show when the parameters are shown */
export function sourceProperties({ show }: IDisplayOptions): INodeProperties[] {
	return [sourceProperty(show, GIVEN_OPTIONS, 'json'), ...givenWorkflow({ show })];
}

const PASTE_HERE =
	'Paste a workflow here. In ComfyUI, choose File > Export in the menu (older editors: Workflow > Export), open the saved file, and copy all of its text.';

/** The parameters of the single sources. */
function givenWorkflow({ show }: IDisplayOptions): INodeProperties[] {
	const when = (source: string): IDisplayOptions => ({ show: { ...show, workflowSource: [source] } });
	return [
		{
			displayName: 'Workflow',
			name: 'workflow',
			// Neither `json` nor `required`: n8n marks such a field red until something is pasted.
			type: 'string',
			typeOptions: { rows: 8 },
			default: '',
			displayOptions: when('json'),
			placeholder: PASTE_HERE,
			description:
				'The workflow as the ComfyUI editor saves or exports it ("Save", "Export" or "Export (API)"). Bodies of POST /prompt and entries of the history are also accepted.',
		},
		{
			displayName: 'Input Binary Field',
			name: 'workflowBinaryField',
			type: 'string',
			default: 'data',
			required: true,
			displayOptions: when('binary'),
			hint: 'The name of the input binary field that contains the file with the workflow',
			description:
				'PNG, WebP, MP4, MOV, WebM, FLAC, MP3, Opus, GLB and safetensors files contain the workflow that created them, unless another program has converted them',
		},
		{
			displayName: 'Saved Workflow',
			name: 'savedWorkflow',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			required: true,
			displayOptions: when('server'),
			description: 'A workflow of the ComfyUI user, as listed in the Workflows panel of the editor',
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					placeholder: 'Select a workflow...',
					typeOptions: { searchListMethod: 'searchSavedWorkflows', searchable: true },
				},
				{ displayName: 'By Path', name: 'path', type: 'string', placeholder: 'e.g. portraits/flux.json' },
			],
		},
		{
			displayName: 'Template',
			name: 'template',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			required: true,
			displayOptions: when('template'),
			description:
				'A workflow from the templates of the ComfyUI editor. Its models have to be on the server.',
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					placeholder: 'Select a template...',
					typeOptions: { searchListMethod: 'searchTemplates', searchable: true },
				},
				{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. flux_schnell' },
			],
		},
	];
}

/** The model of a workflow of our own. @param show when the parameters are shown */
export function modelProperties({ show }: IDisplayOptions): INodeProperties[] {
	return [
		{
			displayName: 'Checkpoint',
			name: 'checkpoint',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			displayOptions: { show: { ...show, workflowSource: WITH_CHECKPOINT } },
			description:
				'The model that paints. Leave empty for the first one on the server that makes images. A host that does not list its models needs its name.',
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					placeholder: 'First on the server',
					typeOptions: { searchListMethod: 'searchCheckpoints', searchable: true },
				},
				{
					displayName: 'By Name',
					name: 'name',
					type: 'string',
					placeholder: 'e.g. sd_xl_base_1.0.safetensors',
				},
			],
		},
		{
			displayName: 'Upscale Model',
			name: 'upscaleModel',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			displayOptions: { show: { ...show, workflowSource: ['upscale'] } },
			description:
				'The model that enlarges; its name says how much. Leave empty for the first one on the server. A host that does not list its models needs its name.',
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					placeholder: 'First on the server',
					typeOptions: { searchListMethod: 'searchUpscaleModels', searchable: true },
				},
				{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. 4x-UltraSharp.pth' },
			],
		},
	];
}

/** Option of a node that runs workflows. */
export const modelFamilyOption: INodeProperties = {
	displayName: 'Model Family',
	name: 'modelFamily',
	type: 'options',
	default: 'auto',
	displayOptions: { show: { '/workflowSource': WITH_CHECKPOINT } },
	options: [
		{ name: 'Automatic', value: 'auto', description: 'By the metadata or the name of the checkpoint' },
		{ name: 'Flux', value: 'flux' },
		{ name: 'SD 1.5', value: 'sd15' },
		{ name: 'SD 3', value: 'sd3' },
		{ name: 'SDXL', value: 'sdxl' },
	],
	description: 'Which family the checkpoint belongs to: it decides on size, steps, CFG and sampler',
};

/** A number that is not set: 0 in its place would look like a size. */
const EMPTY = '';

/** The first-class fields: what they set in a workflow, whatever its nodes are. @param show when they are shown */
export function roleProperties({ show }: IDisplayOptions): INodeProperties[] {
	const except = (source: string): IDisplayOptions => ({
		show: { ...show, '@version': WITH_ROLES },
		hide: { workflowSource: [source] },
	});
	const always: IDisplayOptions = { show: { ...show, '@version': WITH_ROLES } };
	return [
		{
			displayName: 'Prompt',
			name: 'prompt',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			displayOptions: except('upscale'),
			placeholder: 'e.g. a lighthouse in a storm, oil painting',
			description: 'What to paint: the positive prompt. Leave empty to keep the prompt of the workflow.',
		},
		{
			displayName: 'Negative Prompt',
			name: 'negativePrompt',
			type: 'string',
			typeOptions: { rows: 2 },
			default: '',
			displayOptions: except('upscale'),
			placeholder: 'e.g. text, watermark',
			description:
				'What not to paint. Leave empty to keep the one of the workflow. Some models, such as Flux, take no negative prompt.',
		},
		{
			displayName: 'Image',
			name: 'image',
			type: 'string',
			default: '',
			displayOptions: except('textToImage'),
			placeholder: 'e.g. data',
			description:
				'The image to work on: the name of a binary field, an address (https://...), a data URI, Base64, or the name of a file on the server. Leave empty to keep the one of the workflow.',
		},
		{
			displayName: 'Width',
			name: 'width',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: EMPTY,
			displayOptions: always,
			placeholder: 'e.g. 1024',
			description: 'Width of the images in pixels. Leave empty to keep the width of the workflow.',
		},
		{
			displayName: 'Height',
			name: 'height',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: EMPTY,
			displayOptions: always,
			placeholder: 'e.g. 1024',
			description: 'Height of the images in pixels. Leave empty to keep the height of the workflow.',
		},
		{
			displayName: 'Number of Images',
			name: 'imageCount',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: EMPTY,
			displayOptions: except('upscale'),
			placeholder: 'e.g. 4',
			description:
				'How many images a job makes from one prompt, all at the same time. Leave empty to keep the number of the workflow.',
		},
	];
}
