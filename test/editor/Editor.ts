import type { ApiNode, ApiWorkflow } from '../../nodes/client';
import { Chromium } from './Chromium';
import { EditorServer, type Queued } from './EditorServer';
import type { FrontEnd } from './frontEnd';

/** What the editor queues for one workflow. */
export interface QueuedWorkflow {
	prompt: ApiWorkflow;
}

/** A page gets slower with every workflow that it has loaded. */
const WORKFLOWS_PER_PAGE = 25;

/** Runs in the page: resolves when the editor shows its first workflow. */
const READY = `(async () => {
	const hasStarted = () => {
		const app = globalThis.comfyAPI?.app?.app ?? globalThis.app;
		const isReady = app?.extensionManager && app?.graph?.nodes?.length > 0; // its first workflow is the last thing that it loads
		return Boolean(isReady && document.querySelector('canvas'));
	};
	for (let tries = 0; tries < 1200; tries++) {
		if (hasStarted()) return true;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error('The editor did not start: ' + document.body.innerText.slice(0, 500));
})()`;

/** Runs in the page: loads a workflow and queues it, with the first of each choice in a prompt. */
const queue = (workflow: object) => `(async () => {
	const app = globalThis.comfyAPI?.app?.app ?? globalThis.app;
	const workflow = JSON.parse(${JSON.stringify(JSON.stringify(withPanels(workflow)))});
	await app.loadGraphData(workflow, true, false, null);
	if (workflow.nodes?.length > 0 && app.graph.nodes.length === 0)
		throw new Error('The editor did not load the workflow: ' + document.body.innerText.slice(-300));
	await new Promise((resolve) => setTimeout(resolve, 300));
	const random = Math.random;
	Math.random = () => 0;
	try {
		await app.queuePrompt(0, 1);
	} finally {
		Math.random = random;
	}
	return true;
})()`;

/** Gives subgraphs the two panels that compact files leave out: the editor does not load a file without them. */
function withPanels(workflow: object): object {
	const copy = structuredClone(workflow) as { definitions?: { subgraphs?: object[] } };
	for (const subgraph of copy.definitions?.subgraphs ?? []) {
		const given = { ...subgraph };
		Object.assign(subgraph, {
			inputNode: { id: -10, bounding: [0, 0, 100, 100] },
			outputNode: { id: -20, bounding: [900, 0, 100, 100] },
			...given,
		});
	}
	return copy;
}

/** ComfyUI's own editor in Chromium. */
export class Editor {
	private loaded = 0;

	private constructor(
		private readonly server: EditorServer,
		private readonly chromium: Chromium,
		private readonly url: string,
	) {}

	/**
	 * @param source the base URL of a ComfyUI, or a catalogue
	 * @param executable path of Chromium or Chrome
	 */
	static async start(frontEnd: FrontEnd, source: string | object, executable: string): Promise<Editor> {
		const server = new EditorServer(frontEnd, source);
		const url = await server.start();
		const chromium = await Chromium.start(executable).catch((error: unknown) => {
			server.stop();
			throw error;
		});
		return new Editor(server, chromium, url);
	}

	/** Opens a workflow in the editor and queues it. @throws Error when the editor refuses or does nothing for a minute */
	async queue(workflow: object): Promise<QueuedWorkflow> {
		if (this.loaded++ % WORKFLOWS_PER_PAGE === 0) await this.reload();
		const queued = this.server.nextQueued();
		const run = this.chromium.evaluate(queue(workflow));
		const isDone = run.then(() => undefined);
		const found = await Promise.race([queued, isDone, timeout(60_000)]).catch(async (error: unknown) => {
			await this.reload();
			throw error;
		});
		if (!found) throw new Error('The editor queued nothing.');
		await isDone;
		return { prompt: promptOf(found) };
	}

	async stop(): Promise<void> {
		await this.chromium.stop();
		this.server.stop();
	}

	private async reload(): Promise<void> {
		await this.chromium.open(this.url);
		await this.chromium.evaluate(READY);
	}
}

/** The editor also queues nodes whose type is not installed, without a class. */
function promptOf({ prompt }: Queued): ApiWorkflow {
	const nodes = Object.entries(prompt as Record<string, Partial<ApiNode>>);
	return Object.fromEntries(nodes.filter(([, node]) => node.class_type !== undefined)) as ApiWorkflow;
}

async function timeout(ms: number): Promise<never> {
	return await new Promise((_resolve, reject) => {
		setTimeout(() => reject(new Error(`The editor did nothing for ${ms / 1000} s.`)), ms).unref();
	});
}
