/** What a host can do. The nodes hide the fields that a host lacks; the client refuses them and names the alternative. */
export interface Capabilities {
	/** `sent`: runs any workflow it is sent; `deployed`: runs only workflows that were deployed there; `both`. */
	workflows: 'sent' | 'deployed' | 'both';
	/** `with-job`: takes files only together with the job that uses them. */
	uploads: 'stored' | 'with-job' | 'none';
	/** Reports progress while a job runs, by events or in the job status. */
	progress: boolean;
	/** Sends events, previews and pictures over a WebSocket. */
	events: boolean;
	/** Sends preview pictures while a job runs, over the WebSocket or a stream. */
	previews: boolean;
	cancel: boolean;
	/** Has `/object_info`, which conversion, forms and checks need. */
	catalogue: boolean;
	/** Stores files of the editor's user, such as saved workflows. */
	userFiles: boolean;
	/** Calls a URL when a job has ended. */
	callbacks: boolean;
	/** Takes what ComfyUI's `POST /prompt` takes beside the workflow: `extra_data`, output nodes to run, partly valid workflows. */
	promptOptions: boolean;
	/** Takes a place in the queue for a job: the front, or a number. */
	queueOrder: boolean;
	/** Lists the jobs of all clients, so that they can be watched. */
	watch: boolean;
	/** Says which client submitted a job. */
	clientIds: boolean;
	/** Its servers have the routes that administer a ComfyUI: the whole queue, its log, users and files, a restart. */
	administration: boolean;
}

/** What each host can do. This file imports nothing, because the descriptions of the nodes need it when n8n starts. */
export const capabilities = {
	comfyApiV2: {
		workflows: 'sent',
		uploads: 'stored',
		progress: true,
		events: false,
		previews: true,
		cancel: true,
		catalogue: false,
		userFiles: false,
		callbacks: false,
		promptOptions: false,
		queueOrder: false,
		watch: true,
		clientIds: false,
		administration: false,
	},
	comfyCloud: {
		workflows: 'sent',
		uploads: 'stored',
		progress: true,
		events: true,
		previews: true,
		cancel: true,
		catalogue: true,
		userFiles: true,
		callbacks: false,
		promptOptions: true,
		queueOrder: false,
		watch: true,
		clientIds: false,
		administration: false,
	},
	/** The hosted service; the open-source web app has fewer, see `ComfyDeploy`. */
	comfyDeploy: {
		workflows: 'deployed',
		uploads: 'stored',
		progress: true,
		events: false,
		previews: false,
		cancel: true,
		catalogue: false,
		userFiles: false,
		callbacks: true,
		promptOptions: false,
		queueOrder: false,
		watch: true,
		clientIds: false,
		administration: false,
	},
	comfyServerless: {
		workflows: 'sent',
		uploads: 'none', // it stores files, but workflows cannot load them
		progress: true,
		events: false,
		previews: false,
		cancel: true,
		catalogue: false,
		userFiles: false,
		callbacks: true,
		promptOptions: false,
		queueOrder: false,
		watch: true,
		clientIds: false,
		administration: false,
	},
	/** Several self-hosted servers. */
	pool: {
		workflows: 'sent',
		uploads: 'stored',
		progress: true,
		events: true,
		previews: true,
		cancel: true,
		catalogue: true,
		userFiles: true,
		callbacks: false,
		promptOptions: true,
		queueOrder: true,
		watch: true,
		clientIds: true,
		administration: true,
	},
	runComfy: {
		workflows: 'deployed',
		uploads: 'with-job',
		progress: false,
		events: false,
		previews: false,
		cancel: true,
		catalogue: false,
		userFiles: false,
		callbacks: true,
		promptOptions: false,
		queueOrder: false,
		watch: false,
		clientIds: false,
		administration: false,
	},
	runPod: {
		workflows: 'sent',
		uploads: 'with-job',
		progress: false,
		events: false,
		previews: false,
		cancel: true,
		catalogue: false,
		userFiles: false,
		callbacks: true,
		promptOptions: false,
		queueOrder: false,
		watch: false,
		clientIds: false,
		administration: false,
	},
	selfHosted: {
		workflows: 'sent',
		uploads: 'stored',
		progress: true,
		events: true,
		previews: true,
		cancel: true,
		catalogue: true,
		userFiles: true,
		callbacks: false,
		promptOptions: true,
		queueOrder: true,
		watch: true,
		clientIds: true,
		administration: true,
	},
} satisfies Record<string, Capabilities>;
