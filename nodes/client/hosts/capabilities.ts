/** What a host can do. The nodes hide what it cannot, and the client refuses it with what to use instead. */
export interface Capabilities {
	/** `sent`: takes workflows; `deployed`: runs only what was deployed there; `both`. */
	workflows: 'sent' | 'deployed' | 'both';
	/** `with-job`: takes files only together with the job that uses them. */
	uploads: 'stored' | 'with-job' | 'none';
	/** Tells progress while a job runs, by events or when it is asked. */
	progress: boolean;
	/** Previews and pictures over a WebSocket. */
	events: boolean;
	cancel: boolean;
	/** `/object_info`: conversion, forms and checks need it. */
	catalogue: boolean;
	/** Files of the editor's user, such as saved workflows. */
	userFiles: boolean;
	/** Calls back when a job has ended. */
	callbacks: boolean;
}

/** What each host can do. In a file of its own: the descriptions of the nodes need it, and need no host's code. */
export const capabilities = {
	comfyApiV2: {
		workflows: 'sent',
		uploads: 'stored',
		progress: true,
		events: false,
		cancel: true,
		catalogue: false,
		userFiles: false,
		callbacks: false,
	},
	comfyCloud: {
		workflows: 'sent',
		uploads: 'stored',
		progress: true,
		events: true,
		cancel: true,
		catalogue: true,
		userFiles: true,
		callbacks: false,
	},
	/** The hosted service. */
	comfyDeploy: {
		workflows: 'deployed',
		uploads: 'stored',
		progress: true,
		events: false,
		cancel: true,
		catalogue: false,
		userFiles: false,
		callbacks: true,
	},
	comfyServerless: {
		workflows: 'sent',
		uploads: 'none', // it stores files, but where workflows cannot get at them
		progress: true,
		events: false,
		cancel: true,
		catalogue: false,
		userFiles: false,
		callbacks: true,
	},
	runPod: {
		workflows: 'sent',
		uploads: 'with-job',
		progress: false,
		events: false,
		cancel: true,
		catalogue: false,
		userFiles: false,
		callbacks: true,
	},
	selfHosted: {
		workflows: 'sent',
		uploads: 'stored',
		progress: true,
		events: true,
		cancel: true,
		catalogue: true,
		userFiles: true,
		callbacks: false,
	},
} satisfies Record<string, Capabilities>;
