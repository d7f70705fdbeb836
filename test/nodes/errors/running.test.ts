import { expectTexts } from './support/expectTexts';
import { running } from './support/running';

// At its own speed: only the CPU that this process does not get must not bring deadlines nearer.
jest.mock('../../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../../client/support/fastDelay')>('../../client/support/fastDelay')
		.fastDelay(1),
);

/** What a user reads when a job ends badly. */
expectTexts(running, {
	failed: {
		message: '"Fragile Node" (TFail, node 2) failed: the oven broke [ValueError]',
		todo: 'Open the workflow in the ComfyUI editor and run it there; the ComfyUI log has the whole traceback.',
	},
	outOfMemory: {
		message:
			'"Fragile Node" (TFail, node 2) failed: Allocation on device 0 would exceed allowed memory. (out of memory) [ValueError]',
		todo: 'The GPU ran out of memory. Use a smaller image, batch or model (fp8, GGUF), free the memory that other models hold ("Unload Models" in the ComfyUI editor), or start ComfyUI with --lowvram.',
	},
	missingModel: {
		message:
			'"Fragile Node" (TFail, node 2) failed: [Errno 2] No such file or directory: \'models/loras/style.safetensors\' [ValueError]',
		todo: 'A model or file that the node needs is not on the server. Install it in the folder the node reads, or upload the input first.',
	},
	systemCode: {
		message: '"Fragile Node" (TFail, node 2) failed: ENOENT and EACCES are codes of the system [ValueError]',
		todo: 'Open the workflow in the ComfyUI editor and run it there; the ComfyUI log has the whole traceback.',
	},
	brokenModel: {
		message:
			'"Fragile Node" (TFail, node 2) failed: Error while deserializing header: HeaderTooLarge [ValueError]',
		todo: 'The model file is damaged, incomplete or of another kind than this loader takes. Download it again and check its folder.',
	},
	shapes: {
		message:
			'"Fragile Node" (TFail, node 2) failed: mat1 and mat2 shapes cannot be multiplied (77x2048 and 768x320) [ValueError]',
		todo: 'The parts do not fit together: model, text encoder, VAE, LoRA and ControlNet must belong to the same model family.',
	},
	unpaid: {
		message:
			'"Fragile Node" (TFail, node 2) failed: Unauthorized: Please login first to use this node. [ValueError]',
		todo: 'The node calls a paid service: enter a Comfy.org API key in the ComfyUI credential and check its credits.',
	},
	failedWithEcho: {
		message: '"Fragile Node" (TFail, node 2) failed: no access for somebody [ValueError]',
		todo: 'Open the workflow in the ComfyUI editor and run it there; the ComfyUI log has the whole traceback.',
	},
	interrupted: {
		message: 'The job was interrupted on the server while "Slow Node" (TSleep, node 2) ran.',
		todo: 'Somebody pressed Cancel in the ComfyUI editor or called /interrupt. Run it again if that was not intended.',
	},
	removed: {
		message: 'The job was removed from the queue before it ran.',
		todo: 'Somebody deleted it or cleared the queue. Run it again if that was not intended.',
	},
	restarted: {
		message: 'The server was restarted (or crashed) and no longer knows the job.',
		todo: 'Run it again. If this happens with the same job each time, the server probably runs out of memory: check its log.',
	},
	unheardOf: {
		message:
			'The server does not know the job 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d: it is neither queued nor running nor in the history.',
		todo: 'Check the prompt ID and that the credential points at the server that took the job. Servers forget their history when they restart.',
	},
	deadlineInQueue: {
		message: 'The job did not finish within 1 s. It waits in the queue (jobs before it: 1).',
		todo: 'Raise the timeout, or check the job later by its prompt ID: it goes on unless it is cancelled.',
	},
	deadlineRunning: {
		message: 'The job did not finish within 1 s. It is running.',
		todo: 'It was cancelled on the server. Raise the timeout if it needs longer.',
	},
	gone: {
		message: 'Nothing answers at {server}: the connection was refused.',
		todo: 'Start ComfyUI, and check host and port. Inside Docker, localhost is the container itself: use http://host.docker.internal:8188 and start ComfyUI with --listen 0.0.0.0.',
	},
	answersBreakOff: {
		message: '{server} refused the credentials (401): No somebody',
		todo: 'Check user name and password, token or header in the ComfyUI credential.',
	},
});
