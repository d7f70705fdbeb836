/** What a host can do. The nodes hide everything else, and the client refuses it with an alternative. */
export interface Capabilities {
	/** `sent`: accepts workflows; `deployed`: runs only workflows that were deployed there; `both`. */
	workflows: 'sent' | 'deployed' | 'both';
	/** `with-job`: accepts files only together with the job that uses them. */
	uploads: 'stored' | 'with-job' | 'none';
	/** Reports progress of a running job, by events or when polled. */
	progress: boolean;
	/** Previews and images over a WebSocket. */
	events: boolean;
	cancel: boolean;
	/** `/object_info`: conversion, forms and checks need it. */
	catalogue: boolean;
	/** Files of the editor's user, such as saved workflows. */
	userFiles: boolean;
	/** Calls a URL when a job has ended. */
	callbacks: boolean;
}

/** What each host can do. In a separate file, because the descriptions of the nodes need it without the code of the hosts. */
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
		uploads: 'none', // it stores files, but workflows cannot use them
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
