import { expectTexts } from './support/expectTexts';
import { connection } from './support/connection';

/** What a user reads when ComfyUI is not reached, or something else answers. */
expectTexts(connection, {
	serverDown: {
		message: 'Nothing answers at {server}: the connection was refused.',
		todo: 'Start ComfyUI, and check host and port. Inside Docker, localhost is the container itself: use http://host.docker.internal:8188 and start ComfyUI with --listen 0.0.0.0.',
	},
	noSuchHost: {
		message: 'The host name "comfyui.invalid" could not be resolved.',
		todo: 'Check the spelling of the server URL; inside Docker use the service name, or host.docker.internal for the machine itself.',
	},
	certificate: {
		message: 'The TLS certificate of {server} was not accepted (DEPTH_ZERO_SELF_SIGNED_CERT).',
		todo: 'Use http:// when the server has no TLS, or turn on "Ignore SSL Issues" for a self-signed certificate.',
	},
	reset: {
		message: '{server} closed the connection before the answer was complete.',
		todo: 'The server may have restarted, or a proxy in between cut the connection. Look at the ComfyUI log.',
	},
	refused401: {
		message: '{server} refused the credentials (401): Who is somebody?',
		todo: 'Check user name and password, token or header in the ComfyUI credential.',
	},
	refused403: {
		message: '{server} does not allow the request (403): Not somebody',
		todo: 'The credential has no access, or the server rejects the Origin or Host header: for a proxy set the Host header to the public name, for ComfyUI itself start it with --enable-cors-header.',
	},
	loginRedirect: {
		message: '{server} sent a login page instead of an answer.',
		todo: 'Set the authentication in the ComfyUI credential; for the ComfyUI-Login extension choose "Bearer Token" or the query parameter "token" with the token from the server log.',
	},
	redirect: {
		message: '{server} redirects to https://comfy.example.com/somebody/api/prompt (301).',
		todo: 'Enter the address that the redirect leads to as the server URL (often https:// instead of http://).',
	},
	loginPage: {
		message: '{server} sent a login page instead of an answer.',
		todo: 'Set the authentication in the ComfyUI credential.',
	},
	webPage: {
		message: '{server}/api/object_info/EmptyImage answered with a web page instead of data.',
		todo: 'Check that the server URL points at ComfyUI itself (it opens the ComfyUI editor in a browser), including the path prefix of a proxy.',
	},
	notJson: {
		message:
			'{server}/api/object_info/EmptyImage answered with something that is not JSON: It works! somebody',
		todo: 'Check that the server URL points at ComfyUI itself (it opens the ComfyUI editor in a browser), including the path prefix of a proxy.',
	},
	badGateway: {
		message: 'The server answered /api/prompt with status 502: Bad Gateway somebody',
		todo: 'Look at the ComfyUI log (and at the proxy before it) for the cause.',
	},
	wrongPath: {
		message: '{server} has nothing at /api/object_info/EmptyImage (404)',
		todo: 'Check that the server URL points at ComfyUI itself (it opens the ComfyUI editor in a browser), including the path prefix of a proxy.',
	},
});
