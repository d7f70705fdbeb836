import type { LittleComfyUi } from '../../LittleComfyUi';
import type { FileReference, HistoryEntry } from '../../types';
import { repr } from '../../wire/pythonText';
import type { Storage } from './Storage';

/** What a handler returns; RunPod moves `error` out of it. */
export type Returned = Record<string, unknown>;

interface Input {
	workflow?: object;
	images?: Array<{ name: string; image: string }>;
	comfy_org_api_key?: string;
}

/** How a worker answers. */
export interface WorkerOptions {
	/** Lists of files since 5.0.0, `message` before. Default `list`. */
	generation: 'list' | 'message';
	/** Whether files go to the bucket. Default false. */
	bucket: boolean;
}

/** worker-comfyui: submits a job to the ComfyUI in its container and returns the pictures. */
export class Worker {
	constructor(
		private readonly comfyUi: LittleComfyUi,
		private readonly storage: Storage,
		private readonly options: WorkerOptions,
	) {}

	async run(jobId: string, given: unknown): Promise<Returned> {
		const input = (typeof given === 'string' ? JSON.parse(given) : given) as Input | undefined;
		if (!input) return { error: 'Please provide input' };
		if (!input.workflow) return { error: "Missing 'workflow' parameter" };
		for (const { name, image } of input.images ?? []) {
			this.comfyUi.files.put('input', name, Buffer.from(image.split(',').pop() as string, 'base64'));
		}
		const response = await fetch(`${this.comfyUi.url}/prompt`, {
			method: 'POST',
			body: JSON.stringify({
				prompt: input.workflow,
				...(input.comfy_org_api_key && { extra_data: { api_key_comfy_org: input.comfy_org_api_key } }),
			}),
		});
		const text = await response.text();
		if (response.status === 400) return { error: refusalText(text) };
		const { prompt_id } = JSON.parse(text) as { prompt_id: string };
		await this.comfyUi.idle();
		const history = this.comfyUi.history(prompt_id) as Record<string, HistoryEntry>;
		return await this.collect(jobId, history[prompt_id]);
	}

	private async collect(jobId: string, { outputs, status }: HistoryEntry): Promise<Returned> {
		const failed = status.messages.find(([name]) => name === 'execution_error')?.[1];
		const errors = failed
			? [
					`Workflow execution error: Node Type: ${failed.node_type}, Node ID: ${failed.node_id}, ` +
						`Message: ${failed.exception_message}`,
				]
			: [];
		const listed = Object.values(outputs).flatMap((output) => (output.images ?? []) as FileReference[]);
		const images = [];
		for (const file of listed.filter(({ type }) => type !== 'temp')) {
			const query = new URLSearchParams({ ...file });
			const data = Buffer.from(await (await fetch(`${this.comfyUi.url}/view?${query}`)).arrayBuffer());
			const { filename } = file;
			images.push(
				this.options.bucket
					? { filename, type: 's3_url', data: this.storage.put(jobId, filename, data) }
					: { filename, type: 'base64', data: data.toString('base64') },
			);
		}
		if (this.options.generation === 'message' && images[0])
			return { status: 'success', message: images[0].data };
		if (images.length > 0) return { images, ...(errors.length > 0 && { errors }) };
		if (errors.length > 0) return { error: 'Job processing failed', details: errors };
		return { status: 'success_no_images', images: [] };
	}
}

/** The text that the handler makes of ComfyUI's refusal. */
function refusalText(body: string): string {
	const { error, node_errors } = JSON.parse(body) as {
		error: { type: string; message: string };
		node_errors: Record<string, Record<string, unknown>>;
	};
	const title =
		error.type === 'prompt_outputs_failed_validation' ? 'Workflow validation failed' : error.message;
	const findings = Object.entries(node_errors).flatMap(([id, node]) =>
		Object.entries(node).map(
			([name, value]) => `• Node ${id} (${name}): ${typeof value === 'string' ? value : repr(value)}`,
		),
	);
	return findings.length > 0
		? `${title}:\n${findings.join('\n')}\n\nAvailable checkpoint models: sd_xl_base_1.0.safetensors`
		: `${title}. Raw response: ${body}`;
}
