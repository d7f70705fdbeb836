import type { Catalogue } from '../catalogue/Catalogue';
import type { Behaviours, Inputs, NodeContext, NodeResult } from '../nodes/Behaviour';
import { isLink, type QueueItem } from '../types';
import type { DynamicPrompt } from './DynamicPrompt';
import type { Pacer } from './Pacer';
import type { Progress } from './Progress';
import type { PromptEvents } from './PromptEvents';
import { show } from '../wire/pythonText';
import { ExecutionBlocker } from './signals';

export interface NodeRunSource {
	catalogue: Catalogue;
	behaviours: Behaviours;
	pacer: Pacer;
	previews: boolean;
	stepMs: number;
}

/** Runs one node of a prompt: gathers its inputs and gives it a context to speak through. */
export class NodeRun {
	constructor(
		private readonly source: NodeRunSource,
		private readonly item: QueueItem,
		private readonly prompt: DynamicPrompt,
		private readonly events: PromptEvents,
		private readonly progress: Progress,
	) {}

	/** Values of all inputs the class knows; a link whose source has no value is left out. */
	inputs(id: string, valueOf: (sourceId: string, slot: number) => unknown): Inputs {
		const node = this.prompt.node(id);
		const { required, optional } = this.source.catalogue.get(node.class_type)?.input ?? {};
		const gathered: Inputs = {};
		for (const name of Object.keys({ ...required, ...optional })) {
			const given = node.inputs[name];
			const value = isLink(given) ? valueOf(...given) : given;
			if (value !== undefined) gathered[name] = value;
		}
		return gathered;
	}

	/** What the server adds to the inputs: for reports only, nodes get these through their context. */
	hidden(id: string): Inputs {
		const kinds: Record<string, unknown> = {
			PROMPT: show(this.prompt.original),
			EXTRA_PNGINFO: this.item[3].extra_pnginfo ? show(this.item[3].extra_pnginfo) : null,
			UNIQUE_ID: id,
		};
		const { hidden } = this.source.catalogue.get(this.prompt.node(id).class_type)?.input ?? {};
		const wanted = Object.entries(hidden ?? {}).map(([name, kind]) => [name, kinds[String(kind)] ?? null]);
		return Object.fromEntries(wanted) as Inputs;
	}

	async run(id: string, inputs: Inputs): Promise<NodeResult> {
		const className = this.prompt.node(id).class_type;
		await this.source.pacer.checkpoint();
		const behaviour = this.source.behaviours[className];
		const slots = this.source.catalogue.get(className)?.output ?? [];
		const blocker = Object.values(inputs).find((value) => value instanceof ExecutionBlocker);
		const result = blocker
			? { values: slots.map(() => new ExecutionBlocker(null)) }
			: await behaviour?.run(inputs, this.context(id));
		return { ...result, values: result?.values ?? slots.map(() => null) };
	}

	private context(id: string): NodeContext {
		const { pacer, stepMs, previews } = this.source;
		return {
			id,
			prompt: this.prompt.original,
			extraData: this.item[3],
			previews,
			stepMs,
			sleep: (milliseconds) => pacer.sleep(milliseconds),
			step: (value, max, preview) => this.step(id, value, max, preview),
			text: (text) => this.events.text(id, text),
		};
	}

	/** Negotiated previews go out with the state, the old kind only after `progress`. */
	private step(id: string, value: number, max: number, preview: Parameters<NodeContext['step']>[2]): void {
		const send = () => preview && this.events.preview(preview.format, preview.image, this.whose(id));
		this.progress.update(id, value, max);
		if (this.events.wantsMetadata) send();
		this.events.anyone('progress', { value, max, prompt_id: this.item[1], node: id });
		if (!this.events.wantsMetadata) send();
	}

	private whose(id: string): object {
		return {
			node_id: id,
			prompt_id: this.item[1],
			display_node_id: this.prompt.displayId(id),
			parent_node_id: this.prompt.parentId(id),
			real_node_id: this.prompt.realId(id),
		};
	}
}
