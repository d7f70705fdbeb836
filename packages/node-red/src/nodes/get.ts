import {
	InvalidInputError,
	JobLostError,
	type ComfyUiClient,
	type JobResult,
	type OutputFile,
} from 'comfyui-workflows-client';
import { busyStatus, doneStatus, summaryOf } from '../lib/StatusDisplay';
import { jobFacts } from '../lib/jobFacts';
import { MessageHandler } from '../lib/MessageHandler';
import { evaluate, type Message, type Red, type RedConfig, type RedNode } from '../lib/nodeRed';
import { sendOutputs, type Outcome, type OutputConfig } from '../lib/outputs';

interface GetConfig extends RedConfig, OutputConfig {
	server?: string;
	/** Where the prompt ID or the facts of the files are. */
	property?: string;
	propertyType?: string;
}

/** Files that a message may list. */
const MAX_FILES = 10_000;

/** Registers `comfyui-get`: fetches the files of a job, or those that a message lists. */
export = (red: Red): void => {
	function Get(this: RedNode, config: GetConfig): void {
		red.nodes.createNode(this, config);
		const handler = new MessageHandler(red, this, config.server, {
			work: async ({ message, send, client, signal }) => {
				handler.status.show(busyStatus('downloading'));
				const typed = { value: config.property || 'comfyui.promptId', type: config.propertyType || 'msg' };
				const wanted = await evaluate(red, this, message, typed);
				const outcome =
					typeof wanted === 'string' && wanted.trim()
						? await outcomeOf(client, wanted.trim(), { signal })
						: listed(wanted, `${typed.type}.${typed.value}`, message);
				const context = { red, node: this, message, send };
				const count = await sendOutputs(context, client, outcome, config, { signal });
				handler.status.show(doneStatus(summaryOf(count, 'file', undefined)));
			},
		});
	}
	red.nodes.registerType('comfyui-get', Get);
};

async function outcomeOf(
	client: ComfyUiClient,
	promptId: string,
	{ signal }: { signal?: AbortSignal },
): Promise<Outcome> {
	const { state, result, error } = await client.getJob(promptId, { signal });
	if (error) throw error;
	if (result) return { result, facts: jobFacts(result) };
	if (state === 'lost') {
		throw new JobLostError(
			'The server does not know this job.',
			promptId,
			'removed',
			'Servers forget their history when they restart. Check that the node uses the server that ran the job.',
		);
	}
	throw new InvalidInputError(
		`The job has not ended: it is ${state}.`,
		'Wait for it with ComfyUI wait, before its files are fetched.',
	);
}

/** Files as the other nodes list them: one, or a list. @throws InvalidInputError */
function listed(value: unknown, place: string, { comfyui }: Message): Outcome {
	const files = (Array.isArray(value) ? value : [value]) as Array<Partial<OutputFile> | undefined>;
	const isFile = (file: unknown) =>
		typeof file === 'object' && file !== null && typeof (file as OutputFile).filename === 'string';
	if (files.length === 0 || files.length > MAX_FILES || !files.every(isFile)) {
		throw new InvalidInputError(
			`${place} is neither a prompt ID nor a list of files.`,
			'Wire this node behind ComfyUI wait or ComfyUI events, or choose in the node where the prompt ID is.',
		);
	}
	const result: Pick<JobResult, 'files' | 'texts'> = {
		files: (files as OutputFile[]).map((file) => ({
			...file,
			subfolder: file.subfolder ?? '',
			type: file.type ?? 'output',
		})),
		texts: [],
	};
	const facts = typeof comfyui === 'object' && comfyui !== null ? { ...comfyui } : {};
	return { result, facts };
}
