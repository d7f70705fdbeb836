import type { INodeProperties, IWebhookDescription } from 'n8n-workflow';
import { hostsWith, showOptionFor, showOptionWhen, showWhen } from '../hosts/properties';

/**
 * The end of the URL that hosts call. Because of it a call that arrives late cannot resume a node of another kind
 * that waits in the same execution.
 */
export const CALLBACK_PATH = 'comfyui';

/** Default of "Resume After", minutes. RunPod deletes the result of a job 30 minutes after the job has ended. */
export const defaultMinutes = (host: unknown) => (host === 'runPod' ? 25 : 60);

const resumeAfter: INodeProperties = {
	displayName: 'Resume After (Minutes)',
	name: 'resumeAfter',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: defaultMinutes(undefined),
	displayOptions: showOptionFor(...hostsWith('callbacks').filter((host) => host !== 'runPod')),
	description:
		'With "Resume by Webhook": how long to wait for a call from the host. After this time the execution continues without the call, and ComfyUI Wait For Completion asks the host. A lost call costs time, but no result.',
};

/** Members of the options collection of a node that submits jobs. The node sorts them by name among its own. */
export const resumeOptions = {
	resumeAfter,
	/** RunPod gets a field of its own, because its results do not last as long as the default of the others. */
	resumeAfterOnRunPod: {
		...resumeAfter,
		default: defaultMinutes('runPod'),
		displayOptions: showOptionFor('runPod'),
		description: `${resumeAfter.description} RunPod deletes results 30 minutes after a job has ended: use a clearly shorter time.`,
	},
	resumeByWebhook: {
		displayName: 'Resume by Webhook',
		name: 'resumeByWebhook',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		displayOptions: showOptionWhen('callbacks'),
		description:
			'Whether to suspend the execution until the host calls n8n because all jobs have ended. A suspended execution uses no worker. Connect ComfyUI Wait For Completion after this node as usual. The host must be able to reach the webhook URL of n8n.',
	},
} satisfies Record<string, INodeProperties>;

/** For the node that waits: n8n does not run a node again after a wait, so the node before it has to suspend. */
export const resumeNotice: INodeProperties = {
	displayName:
		'To wait for hours without using a worker, turn on "Resume by Webhook" in ComfyUI Queue Prompt. The execution then reaches this node after the host has called n8n.',
	name: 'resumeNotice',
	type: 'notice',
	default: '',
	displayOptions: showWhen('callbacks'),
};

/** How n8n routes the call of a host to the suspended node. */
export const callbackWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: CALLBACK_PATH,
		restartWebhook: true,
	},
];
