import type { INodeProperties, IWebhookDescription } from 'n8n-workflow';
import { CALLBACK_PATH } from './callbackUrl';

/** How long to wait for calls by default. RunPod deletes results after half an hour. */
export const defaultMinutes = (host: unknown) => (host === 'runPod' ? 25 : 60);

/** The hosts with callbacks. Of ComfyUI Deploy only the hosted one has them; the client refuses the web app. */
const show = { '/host': ['comfyDeploy', 'comfyServerless', 'runPod'] };

const resumeAfter: INodeProperties = {
	displayName: 'Resume After (Minutes)',
	name: 'resumeAfter',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: defaultMinutes(undefined),
	displayOptions: { show: { '/host': ['comfyDeploy', 'comfyServerless'] } },
	description:
		'With Resume by Webhook: when to go on without a call from the host. ComfyUI Wait For Completion then asks the host, so a lost call costs time but loses no result.',
};

/** Members of the options collection of a node that submits jobs; sort them among the others by name. */
export const resumeOptions = {
	resumeAfter,
	resumeAfterOnRunPod: {
		...resumeAfter,
		default: defaultMinutes('runPod'),
		displayOptions: { show: { '/host': ['runPod'] } },
		description: `${resumeAfter.description} RunPod keeps results for half an hour after a job has ended: keep it well below that.`,
	},
	resumeByWebhook: {
		displayName: 'Resume by Webhook',
		name: 'resumeByWebhook',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		displayOptions: { show },
		description:
			'Whether to suspend the execution, so that it needs no worker, until the host calls n8n because all jobs have ended. Follow with ComfyUI Wait For Completion as usual. The host has to reach the webhook URL of n8n.',
	},
} satisfies Record<string, INodeProperties>;

/** For the node that waits. n8n cannot run a node again after a suspension, so the node before it suspends. */
export const resumeNotice: INodeProperties = {
	displayName:
		'To wait for hours without holding a worker, switch on "Resume by Webhook" in ComfyUI Queue Prompt. The execution then continues here when this host has called back.',
	name: 'resumeNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { host: show['/host'] } },
};

/** The webhook by which n8n passes a call of a host to the suspended node. */
export const callbackWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: CALLBACK_PATH,
		restartWebhook: true,
	},
];
