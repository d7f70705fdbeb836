import { InvalidInputError, type ComfyUiClient } from 'comfyui-workflows-client';
import { busyStatus, doneStatus } from '../lib/StatusDisplay';
import { MessageHandler, serverOf } from '../lib/MessageHandler';
import { evaluate, type Message, type Red, type RedConfig, type RedNode } from '../lib/nodeRed';

type Operation = 'cancel' | 'clear' | 'interrupt' | 'free';

interface ControlConfig extends RedConfig {
	server?: string;
	operation?: Operation;
	/** Whose jobs `clear` and `interrupt` may stop. */
	scope?: 'mine' | 'all';
	/** Where the prompt IDs are, for `cancel`. */
	property?: string;
	propertyType?: string;
	/** What `free` frees. */
	memory?: 'models' | 'all';
}

const MAX_IDS = 10_000;
const PARALLEL = 8;

/** Registers `comfyui-control`: cancels jobs, empties the queue, and frees the memory of a server. */
export = (red: Red): void => {
	function Control(this: RedNode, config: ControlConfig): void {
		red.nodes.createNode(this, config);
		const handler = new MessageHandler(red, this, config.server, {
			work: async ({ message, send, client, signal }) => {
				handler.status.show(busyStatus(config.operation ?? 'cancel'));
				const isMine = ({ clientId }: { clientId?: string }) =>
					clientId?.startsWith(serverOf(red, config.server).clientIdPrefix) === true;
				const control = new ControlRun(red, this, config, client, isMine, signal);
				const { payload, text } = await control.run(message);
				send(Object.assign(message, { payload }));
				handler.status.show(doneStatus(text));
			},
		});
	}
	red.nodes.registerType('comfyui-control', Control);
};

interface Outcome {
	payload: unknown;
	/** For the status. */
	text: string;
}

class ControlRun {
	constructor(
		private readonly red: Red,
		private readonly node: RedNode,
		private readonly config: ControlConfig,
		private readonly client: ComfyUiClient,
		private readonly isMine: (job: { clientId?: string }) => boolean,
		private readonly signal: AbortSignal,
	) {}

	async run(message: Message): Promise<Outcome> {
		const { operation = 'cancel', scope = 'mine' } = this.config;
		const options = { signal: this.signal };
		switch (operation) {
			case 'cancel':
				return await this.cancel(await this.promptIds(message));
			case 'clear':
				if (scope === 'mine') return await this.cancel(await this.mine('pending'));
				await this.client.clearQueue(options);
				return { payload: { operation, scope }, text: 'queue cleared' };
			case 'interrupt':
				if (scope === 'mine') return await this.cancel(await this.mine('running'));
				await this.client.interrupt(options);
				return { payload: { operation, scope }, text: 'interrupted' };
			case 'free': {
				const freeMemory = this.config.memory === 'all';
				await this.client.free({ unloadModels: true, freeMemory, ...options });
				return { payload: { operation, memory: freeMemory ? 'all' : 'models' }, text: 'memory freed' };
			}
			default:
				throw new InvalidInputError(
					'"Operation" of the node is not known.',
					'Open the node and choose an operation.',
				);
		}
	}

	/** The jobs that this Node-RED queued through the same server node. */
	private async mine(state: 'pending' | 'running'): Promise<string[]> {
		const queue = await this.client.admin.storedQueue({ signal: this.signal });
		const mine = queue.filter((job) => job.state === state && this.isMine(job));
		return mine.map(({ promptId }) => promptId);
	}

	/** The newest first: otherwise each would start when the one before it is cancelled. */
	private async cancel(promptIds: string[]): Promise<Outcome> {
		const cancelled: string[] = [];
		const rest = [...promptIds].reverse();
		const work = async () => {
			for (let id = rest.shift(); id !== undefined; id = rest.shift()) {
				const found = await this.client.cancel(id, { signal: this.signal });
				if (found !== 'nothing') cancelled.push(id);
			}
		};
		await Promise.all(Array.from({ length: PARALLEL }, work));
		const count = cancelled.length;
		const payload = { operation: this.config.operation ?? 'cancel', cancelled };
		return { payload, text: `${count} cancelled` };
	}

	private async promptIds(message: Message): Promise<string[]> {
		const { property, propertyType } = this.config;
		const typed = { value: property || 'comfyui.promptId', type: propertyType || 'msg' };
		const value = await evaluate(this.red, this.node, message, typed);
		const ids = (Array.isArray(value) ? value : [value]) as unknown[];
		const isValid = (id: unknown): id is string => typeof id === 'string' && id.trim() !== '';
		if (ids.length <= MAX_IDS && ids.every(isValid)) return ids.map((id) => id.trim());
		throw new InvalidInputError(
			`There is no prompt ID: ${typed.type}.${typed.value} is neither an ID nor a list of IDs.`,
			'Choose in the node where the prompt ID of the job is.',
		);
	}
}
