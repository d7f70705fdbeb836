/** The faults of the client's tables that are too much for comfyui-run, by the code that a Catch node gets. */
const FAILURES: Record<string, string[]> = {
	connection: [
		'the connection is refused',
		'every connection is reset before the request is handled',
		'the connection is reset while the request is being sent',
		'the connection is reset when the server has done its work',
		'the connection is reset within the headers of the answer',
		'the connection is reset after 0 % of the body',
		'the connection is reset after 50 % of the body',
		'the connection is reset after 99 % of the body',
		'the connection is closed in good order within the body',
		'a body in chunks ends without its last chunk',
		'the announced length is more than comes',
	],
	http: [
		'500 is answered for good',
		'502 is answered for good',
		'503 is answered for good',
		'504 is answered for good',
		'429 is answered for good',
		'the server takes a job, and a proxy answers 502',
		'the server takes a job, and a proxy answers 504',
	],
	authentication: [
		'the credentials are refused',
		'access is refused',
		'everything is redirected to a login',
		'a login page is answered',
	],
	'unexpected-response': [
		'the announced length is less than comes',
		'everything is redirected',
		'a web page is answered',
		'nothing is in the answer',
		'a text is answered',
		'the answer is compressed although nobody asked for it',
		'the JSON of an answer is cut off',
	],
	'too-large': ['the upload is too large for a proxy'],
	'not-found': [
		'null is answered to everything',
		'[] is answered to everything',
		'"x" is answered to everything',
		'7 is answered to everything',
		'{} is answered to everything',
		'{"jobs": {}, "prompt_id": 7, "name": null} is answered to everything',
	],
	timeout: ['the worker dies'],
	lost: [
		'another deletes the job from the queue',
		'another clears the queue',
		'the job vanishes without a trace',
	],
	interrupted: ['another interrupts the job at execution_start', 'another interrupts the job at progress'],
};

/** How comfyui-run ends, by the name of the fault; the others end well. */
export const nodeRedOutcomes: Record<string, string> = Object.fromEntries(
	Object.entries(FAILURES).flatMap(([code, names]) => names.map((name) => [name, code])),
);
