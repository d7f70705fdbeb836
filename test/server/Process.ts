import type { Catalogue } from './catalogue/Catalogue';
import { NodeCache } from './execution/NodeCache';
import { Pacer } from './execution/Pacer';
import { Worker } from './execution/Worker';
import type { Faults } from './faults/Faults';
import type { FileStore } from './files/FileStore';
import { behavioursIn } from './nodes';
import type { Behaviours } from './nodes/Behaviour';
import type { Settings } from './options';
import { PromptQueue } from './queue/PromptQueue';
import { SocketHub } from './socket/SocketHub';
import type { QueueItem } from './types';
import type { Has } from './version';

/** What outlives a restart of the process. */
export interface Machine {
	settings: Settings;
	has: Has;
	files: FileStore;
	catalogue: Catalogue;
	faults: Faults;
	damage: string[];
}

function letters(): string {
	return Array.from({ length: 5 }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join('');
}

/** One start of the server: its queue, its history, its worker and its sockets die with it. */
export class Process {
	readonly queue: PromptQueue;
	readonly hub: SocketHub;
	readonly worker: Worker;
	readonly pacer = new Pacer();
	readonly cache = new NodeCache();
	readonly behaviours: Behaviours;
	/** The counter behind `number`. */
	submissions = 0;
	private idleWaiters: (() => void)[] = [];

	constructor(machine: Machine) {
		const { settings, has, catalogue, faults, files, damage } = machine;
		this.behaviours = behavioursIn({ files, tempLetters: letters() });
		this.queue = new PromptQueue(() => this.queueChanged());
		this.hub = new SocketHub(
			{
				status: () => this.status(),
				flags: () => (has('featureFlags') ? serverFlags(settings, has) : undefined),
				runningNodeOf: (sid) => {
					const current = this.worker.current;
					return current?.events.clientId === sid ? current.runningNode : undefined;
				},
			},
			faults,
		);
		const { behaviours, hub, cache, pacer } = this;
		const previewsFor = (item: QueueItem) => wantsPreviews(item, settings, has);
		const died = (error: Error) => void damage.push(`the worker died: ${error.message}`);
		const { stepMs, clockAheadMs } = settings;
		const parts = { catalogue, behaviours, hub, cache, pacer, has, stepMs, clockAheadMs };
		this.worker = new Worker({ ...parts, previewsFor, died }, this.queue, faults);
	}

	status(): object {
		return { exec_info: { queue_remaining: this.queue.remaining } };
	}

	private queueChanged(): void {
		this.hub.json('status', { status: this.status() });
		this.noticeIdle();
	}

	private noticeIdle(): void {
		if (this.queue.remaining === 0) for (const resolve of this.idleWaiters.splice(0)) resolve();
	}

	idle(): Promise<void> {
		if (this.queue.remaining === 0) return Promise.resolve();
		return new Promise((resolve) => this.idleWaiters.push(resolve));
	}

	/** Interrupts only if it is this prompt that runs. */
	interruptPrompt(promptId: string): boolean {
		const running = this.queue.isRunning(promptId);
		if (running) this.pacer.interrupt();
		return running;
	}

	/** No trace in queue or history, and no further event. */
	loseJob(promptId: string, faults: Faults): void {
		faults.muteEvents(({ data }) => (data as { prompt_id?: string }).prompt_id === promptId);
		this.worker.lose(promptId);
		this.interruptPrompt(promptId);
		this.queue.forget(promptId);
		this.noticeIdle();
	}

	end(): void {
		this.pacer.stop();
		this.hub.terminateAll();
		for (const resolve of this.idleWaiters.splice(0)) resolve();
	}
}

function wantsPreviews([, , , extraData]: QueueItem, settings: Settings, has: Has): boolean {
	const method = has('previewMethod') ? extraData['preview_method'] : undefined;
	return method === undefined || method === 'default' ? settings.previews : method !== 'none';
}

/** GET /features, and the server's half of the handshake. */
export function serverFlags({ maxUploadBytes, assets }: Settings, has: Has): object {
	return {
		supports_preview_metadata: true,
		max_upload_size: maxUploadBytes,
		...(has('managerFlag') && { extension: { manager: { supports_v4: true } } }),
		...(has('nodeReplacements') && { node_replacements: true }),
		...(has('assetsFlag') && { assets: assets !== false }),
		...(has('modelTypeTags') && { supports_model_type_tags: true }),
	};
}
