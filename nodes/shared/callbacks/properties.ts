import type { INodeProperties, IWebhookDescription } from 'n8n-workflow';
import { CALLBACK_PATH } from './callbackUrl';

/** How long to wait for calls when nothing is entered. RunPod forgets what a job made after half an hour. */
export const defaultMinutes = (host: unknown) => (host === 'runPod' ? 25 : 60);

/** The hosts that can call back. ComfyUI Deploy can when it is the hosted one; the web app is refused by the client. */
const show = { '/host': ['comfyDeploy', 'comfyServerless', 'runPod'] };

const resumeAfter: INodeProperties = {
	displayName: 'Resume After (Minutes)',
	name: 'resumeAfter',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: defaultMinutes(undefined),
	displayOptions: { show: { '/host': ['comfyDeploy', 'comfyServerless'] } },
	description:
		'With Resume by Webhook: when to go on without a call from the host. ComfyUI Wait For Completion then asks the host, so a lost call costs time but no result.',
};

/** Members of the options collection of a node that hands in jobs; sort them in among the others by name. */
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
			'Whether to put the execution to wait, where it needs no worker, until the host calls n8n because all jobs have ended. Follow with ComfyUI Wait For Completion as always. The host has to reach the webhook URL of n8n.',
	},
} satisfies Record<string, INodeProperties>;

/** For the node that waits: n8n cannot run a node again after a wait, so the wait is behind the node before. */
export const resumeNotice: INodeProperties = {
	displayName:
		'To wait for hours without holding a worker, switch on "Resume by Webhook" in ComfyUI Queue Prompt. The execution then comes here when this host has called back.',
	name: 'resumeNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { host: show['/host'] } },
};

/** What n8n has to know to hand a call of a host to the node that waits for it. */
export const callbackWebhooks: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		responseMode: 'onReceived',
		path: CALLBACK_PATH,
		restartWebhook: true,
	},
];
