import { expectTexts } from './support/expectTexts';
import { refusal } from './support/refusal';

/** What a user reads when ComfyUI refuses a workflow. */
expectTexts(refusal, {
	tooSmall: {
		message:
			'ComfyUI refused the workflow: "Canvas" (EmptyLatentImage, node 5), input "width": 2 is smaller than the minimum 16.',
		todo: 'Correct the named inputs in the workflow, or set them in "Inputs to Set".',
	},
	tooBig: {
		message:
			'ComfyUI refused the workflow: "Canvas" (EmptyLatentImage, node 5), input "width": 99999 is bigger than the maximum 16384.',
		todo: 'Correct the named inputs in the workflow, or set them in "Inputs to Set".',
	},
	notANumber: {
		message:
			'ComfyUI refused the workflow: "KSampler" (node 3), input "steps": "many" cannot be read as "INT".',
		todo: 'Correct the named inputs in the workflow, or set them in "Inputs to Set".',
	},
	mistyped: {
		message:
			'ComfyUI refused the workflow: "Load Checkpoint" (CheckpointLoaderSimple, node 4), input "ckpt_name": "sd_xl_base_1.0.safetensor" is not available. Did you mean "sd_xl_base_1.0.safetensors"? Allowed: sd_xl_base_1.0.safetensors, flux1-dev-fp8.safetensors, v1-5-pruned-emaonly-fp16.safetensors.',
		todo: 'Correct the named inputs in the workflow, or set them in "Inputs to Set".',
	},
	longList: {
		message:
			'ComfyUI refused the workflow: "KSampler" (node 3), input "sampler_name": "eular" is not available on the server (sampler_name: \'eular\' not in (list of length 42)). The node "ComfyUI Object Info" lists the choices.',
		todo: 'Correct the named inputs in the workflow, or set them in "Inputs to Set".',
	},
	noneInstalled: {
		message:
			'ComfyUI refused the workflow: "Load Checkpoint" (CheckpointLoaderSimple, node 4), input "ckpt_name": "sd_xl_base_1.0.safetensors" is not available: the server has nothing to choose from here. Install a file of this kind on the server.',
		todo: 'Correct the named inputs in the workflow, or set them in "Inputs to Set".',
	},
	missingInput: {
		message:
			'ComfyUI refused the workflow: "Save Picture" (SaveImage, node 2), input "images": a value or a connection is required but missing.',
		todo: 'Correct the named inputs in the workflow, or set them in "Inputs to Set".',
	},
	wrongLink: {
		message:
			'ComfyUI refused the workflow: "Save Picture" (SaveImage, node 9), input "images": connected to "LATENT", but it takes "IMAGE".',
		todo: 'Correct the named inputs in the workflow, or set them in "Inputs to Set".',
	},
	noSuchLink: {
		message:
			'The workflow has connections to nodes that are not in it: input "images" of "Save Picture" (SaveImage, node 2) to node 99.',
		todo: 'Export the workflow again, or connect or remove these inputs.',
	},
	missingFile: {
		message:
			'ComfyUI refused the workflow: "Product Photo" (LoadImage, node 3), input "image": the file "missing.png" is not on the server. Upload it first (node "ComfyUI Upload Image") and use the "value" it returns.',
		todo: 'Correct the named inputs in the workflow, or set them in "Inputs to Set".',
	},
	unknownTypeOld: {
		message:
			'ComfyUI refused the workflow: "Faster" (FluxTurbo, node 7): the node type "FluxTurbo" is not installed on the server.',
		todo: 'Install the custom node that provides it (ComfyUI Manager, "Install Missing Custom Nodes") and restart ComfyUI. "ComfyUI Object Info" can check a whole workflow.',
	},
	unknownType: {
		message:
			'ComfyUI refused the workflow: "Faster" (FluxTurbo, node 7): the node type "FluxTurbo" is not installed on the server.',
		todo: 'Install the custom node that provides it (ComfyUI Manager, "Install Missing Custom Nodes") and restart ComfyUI. "ComfyUI Object Info" can check a whole workflow.',
	},
	noOutputs: {
		message: 'The workflow has no output node, so there is nothing to run.',
		todo: 'Add a node that keeps a result, such as Save Image or Preview Image; or check which output nodes to run.',
	},
	circle: {
		message:
			'ComfyUI refused the workflow: "ImageInvert" (node 1): Dependency cycle detected: 1 (ImageInvert) - 2 (ImageInvert) - 1 (ImageInvert), "ImageInvert" (node 2): Dependency cycle detected: 1 (ImageInvert) - 2 (ImageInvert) - 1 (ImageInvert)',
		todo: 'Correct the named inputs in the workflow, or set them in "Inputs to Set".',
	},
	circleOld: {
		message: 'ComfyUI refused the workflow: Prompt outputs failed validation',
		todo: 'The server named no node; check the workflow for circular connections.',
	},
	partialFail: {
		message:
			'ComfyUI would leave some outputs out: "Product Photo" (LoadImage, node 3), input "image": the file "missing.png" is not on the server. Upload it first (node "ComfyUI Upload Image") and use the "value" it returns.',
		todo: 'Correct the named inputs, or let partial workflows run ("On Partial Errors": "Warn").',
	},
	tooOld: {
		message: 'ComfyUI 0.3.40 cannot run only some of the output nodes: it would run all of them.',
		todo: 'Update ComfyUI to 0.3.48 or later, or leave "Output Nodes to Run" empty.',
	},
	echoed: {
		message:
			'ComfyUI refused the workflow: "Positive Prompt" (CLIPTextEncode, node 6), input "text": "refused: somebody" is not available on the server (refused: somebody). The node "ComfyUI Object Info" lists the choices; "Positive Prompt" (CLIPTextEncode, node 6), input "text": the node does not accept the value (refused: somebody); "Positive Prompt" (CLIPTextEncode, node 6), input "text": its check failed: "refused: somebody". Look for a connection to a node or an output that does not exist; "Positive Prompt" (CLIPTextEncode, node 6), input "text": refused: somebody: refused: somebody',
		todo: 'Correct the named inputs in the workflow, or set them in "Inputs to Set".',
	},
});
