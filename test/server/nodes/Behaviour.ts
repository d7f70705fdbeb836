import type { ImageFormat } from '../socket/frames';
import type { ExtraData, NodeOutput, Prompt } from '../types';

interface StepPreview {
	format: ImageFormat;
	image: Buffer;
}

/** What a running node can do in addition to returning values. */
export interface NodeContext {
	id: string;
	prompt: Prompt;
	extraData: ExtraData;
	previews: boolean;
	stepMs: number;
	sleep(milliseconds: number): Promise<void>;
	/** One step: `progress_state`, `progress` and, if given, a preview. */
	step(value: number, max: number, preview?: StepPreview): void;
	/** A progress text, binary frame type 3. */
	text(text: string): void;
}

export interface NodeResult {
	/** One value per output slot. */
	values?: unknown[];
	/** What `executed` carries and history keeps. */
	ui?: NodeOutput;
	/** Nodes to run instead of this one; links in `values` then point to their outputs. */
	expand?: Prompt;
}

export type Inputs = Record<string, unknown>;

interface Behaviour {
	run(inputs: Inputs, context: NodeContext): NodeResult | Promise<NodeResult>;
	/** Checks of the class's own: true, or false, or what is wrong. Replaces range and choice checks. */
	validates?: Record<string, (value: unknown) => true | false | string>;
	/** What makes a node with equal inputs run again, such as the content of a file. */
	changed?(inputs: Inputs): unknown;
}

export type Behaviours = Record<string, Behaviour>;
