import { expectTexts } from './support/expectTexts';
import { input } from './support/input';

/** What a user reads before anything is sent. */
expectTexts(input, {
	brokenJson: {
		message: 'The workflow is not valid JSON: line 4, column 29, near "uts": { "text": "a "red" car" } } }".',
		todo: 'Inside a text, JSON needs a backslash before each quote, and \\n in place of a line break. A comma after the last member is not allowed.',
	},
	cutJson: {
		message: 'The workflow is not valid JSON: line 1, column 27, near "{"class_type": "Save".',
		todo: 'Inside a text, JSON needs a backslash before each quote, and \\n in place of a line break. A comma after the last member is not allowed.',
	},
	notJson: {
		message: 'The workflow is not JSON; it starts with "workflow.json".',
		todo: 'In the ComfyUI editor choose "Save" or "Export (API)" in the Workflow menu and use that file, or use a file that ComfyUI made.',
	},
	empty: {
		message: 'This is not a workflow: it is an object without nodes.',
		todo: 'In the ComfyUI editor choose "Save" or "Export (API)" in the Workflow menu and use that file, or use a file that ComfyUI made.',
	},
	editorFormat: {
		message:
			'The workflow cannot run on this server. "images" of "Save Image" (SaveImage, node 9) has neither a value nor a connection.',
		todo: 'Correct the named inputs in the workflow or set other values for them, and install on the server what is missing there. Hints about the workflow: "SaveImage" (node 9) needs "images", which is not connected.',
	},
	unknownNode: {
		message: 'The workflow has no node "Positive". Did you mean "Positive Prompt"?',
		todo: 'Its nodes are "KSampler" (node 3), "Load Checkpoint" (CheckpointLoaderSimple, node 4), "Canvas" (EmptyLatentImage, node 5), "Positive Prompt" (CLIPTextEncode, node 6), "Negative" (CLIPTextEncode, node 7), "VAE Decode" (VAEDecode, node 8), "Save Picture" (SaveImage, node 9).',
	},
	unknownInput: {
		message: '"Positive Prompt" (CLIPTextEncode, node 6) has no input "txt". Did you mean "text"?',
		todo: 'Its inputs are text, clip.',
	},
	markup: {
		message: '"<b>" (node 1) has no input "x".',
		todo: 'Its inputs are &lt;i&gt;.',
	},
	noInputName: {
		message: '"Positive Prompt" names no input.',
		todo: 'Write the node, a dot and the input, as in 3.seed or KSampler.seed, or give the input by itself.',
	},
	notANumber: {
		message: 'The value for "steps" is not a number.',
		todo: 'Enter a number with a decimal point, such as 7.5, or choose another type for the value.',
	},
	notABoolean: {
		message: 'The value for "steps" is neither true nor false.',
		todo: 'Enter true or false, or choose another type for the value.',
	},
	notJsonValue: {
		message: 'The value for "steps" is not valid JSON.',
		todo: 'Texts and names need double quotes, such as {"name": "value"}. A comma after the last member is not allowed.',
	},
	extraData: {
		message: '"Extra Data" is not a JSON object.',
		todo: 'Enter an object in braces, such as {"name": "value"}, or remove the option.',
	},
	badSeed: {
		message: 'The seed has to be a whole number from 0 to 9007199254740991; it is -5, plus 0 for the item.',
	},
	unknownOutput: {
		message: 'The workflow has no node "Save Pictures". Did you mean "Save Picture"?',
		todo: 'Its nodes are "EmptyImage" (node 1), "Save Picture" (SaveImage, node 2).',
	},
	badPromptId: {
		message: 'The prompt ID "Job 1" is not a lower-case UUID.',
		todo: 'Leave it empty to get a new one, or use one like 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d.',
	},
	noPromptId: {
		message: 'The prompt ID is empty.',
		todo: 'Pass on the "promptId" that Queue Prompt returned.',
	},
	badTimeout: {
		message: '"Timeout (Seconds)" is not a number of seconds.',
		todo: 'Enter a number of seconds, such as 600.',
	},
	noUrl: {
		message: 'The server URL is empty.',
		todo: 'Enter it like http://127.0.0.1:8188 or https://comfy.example.com/prefix.',
	},
	badHeaderName: {
		message:
			'"Name" of header 2 of the ComfyUI credential contains characters that are not allowed in a header name.',
		todo: 'Enter only the name, such as X-API-Key: letters, digits and hyphens, without a colon or the value.',
	},
	badHeaderValue: {
		message:
			'"Value" of header 1 of the ComfyUI credential contains characters that are not allowed in a header.',
		todo: 'Copy the value again, without line breaks, curly quotes or other special characters.',
	},
	badToken: {
		message: '"Token" of the ComfyUI credential contains characters that are not allowed in a header.',
		todo: 'Copy the value again, without line breaks, curly quotes or other special characters.',
	},
	noToken: {
		message: '"Token" of the ComfyUI credential is empty.',
		todo: 'Open the credential and fill in this field.',
	},
	badUrl: {
		message: 'The server URL cannot be read.',
		todo: 'Enter it like http://127.0.0.1:8188 or https://comfy.example.com/prefix.',
	},
	foreignUrl: {
		message: 'The server URL starts with "ftp://", but only http and https are supported.',
		todo: 'Enter it like http://127.0.0.1:8188 or https://comfy.example.com/prefix.',
	},
});
