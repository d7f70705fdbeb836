/**
 * The client says "the credential" where it means the settings of a connection, as n8n calls them, and names fields of
 * n8n. The command line has options and variables for the same.
 */
const PHRASES: ReadonlyArray<readonly [client: string, here: string]> = [
	['base URL in the credential', 'base URL (--url or COMFYUI_URL)'],
	['in the server URL of the credential', 'in the server URL (--url or COMFYUI_URL)'],
	['that the credential points at the server', 'that --url or COMFYUI_URL names the server'],
	['e-mail address and password in the credential', 'COMFYUI_EMAIL and COMFYUI_PASSWORD'],
	['or e-mail and password, in the credential', 'or COMFYUI_EMAIL and COMFYUI_PASSWORD'],
	[
		'user name and password, token or header in the ComfyUI credential',
		'COMFYUI_TOKEN, --token-file, --header or the user name and password in COMFYUI_URL',
	],
	[
		'Set the authentication in the ComfyUI credential',
		'Set COMFYUI_TOKEN, --token-file or --header "Name: value"',
	],
	[
		'choose "Bearer Token" or the query parameter "token" with the token from the server log',
		'COMFYUI_TOKEN is the token from the server log',
	],
	['a Comfy.org API key in the ComfyUI credential', 'a Comfy.org API key in COMFYUI_PARTNER_KEY'],
	['a Comfy.org API key in the credential', 'a Comfy.org API key in COMFYUI_PARTNER_KEY'],
	['in the field "User ID" of the ComfyUI credential', 'with --header "comfy-user: ID"'],
	['in the credential', 'in COMFYUI_TOKEN or --token-file'],
	['refused the credentials', 'refused the login'],
	['The credential has no access', 'The login has no access'],
	['The credentials of ComfyUI Serverless are incomplete', 'The login of ComfyUI Serverless is incomplete'],
	['turn on "Ignore SSL Issues"', 'use --insecure'],
	['"ComfyUI Object Info" can check a whole workflow', 'comfyui check checks a whole workflow'],
	['or let partial workflows run ("On Partial Errors": "Warn")', 'or remove the outputs that cannot run'],
	['("ComfyUI Wait For Completion" with the same prompt ID)', '(comfyui wait, with the same ID)'],
	['(node "ComfyUI Wait For Completion")', '(comfyui wait)'],
	['The node "ComfyUI Object Info" lists the choices', 'comfyui choices lists them'],
	[
		'Upload it first (node "ComfyUI Upload Image") and use the "value" it returns',
		'Upload it with --file, or first with comfyui upload',
	],
	[
		'in the same step as the job that uses it (node "ComfyUI"), again for each job',
		'with --file of the job that uses it, again for each job',
	],
	['with a credential for a self-hosted ComfyUI', 'with --host self-hosted'],
	[', for example with n8n\'s "Edit Image" node', ''],
	[' ComfyUI Server lists the users and their IDs.', ''],
	[
		'Enter an API key, or both e-mail address and password',
		'Set COMFYUI_TOKEN, or both COMFYUI_EMAIL and COMFYUI_PASSWORD',
	],
];

/** A text of the client in the words of the command line. */
export function inOurWords(text: string): string {
	return PHRASES.reduce((changed, [client, here]) => changed.replaceAll(client, here), text);
}
