import { delay, linkSignals } from '../core/time';
import type { StatusProgress } from '../hosts/Host';
import type { Frame } from '../protocol/frames';
import type { ServerMessage } from '../protocol/messages';
import type { RawOutputs } from '../protocol/outputs';
import { titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import { textOf } from '../core/text';
import { isRecord } from '../core/guards';

/** The state of a job as far as the client knows it. */
export type JobState =
	| 'unknown'
	| 'pending'
	| 'running'
	| 'success'
	| 'error'
	| 'interrupted'
	| 'cancelled'
	| 'lost';

/** Progress of a job. */
export interface JobProgress {
	promptId: string;
	state: JobState;
	/** Jobs before this one, while it is pending. */
	position?: number;
	/** The running node. */
	nodeId?: string;
	nodeTitle?: string;
	/** Steps of that node. */
	value?: number;
	max?: number;
	/** Share of the whole workflow that is done, 0 to 1, by number of nodes unless the host reports it. */
	fraction?: number;
	/** Last progress text of a node. */
	text?: string;
	/** Last preview picture. */
	preview?: { data: Uint8Array; mimeType: string };
}

/** A picture that came over the socket. */
interface FramePicture {
	nodeId: string;
	data: Uint8Array;
	mimeType: string;
}

/** Nodes such as SaveImageWebsocket send PNG frames and save no file; no such job sends more pictures than this. */
const MAX_FRAMES = 500;

/** What the nodes of a job reported. */
class NodeReports {
	/** Outputs from `executed`, in case the history entry is gone. */
	readonly outputs: RawOutputs = Object.create(null);
	/** Maps the dotted ids of expanded nodes to nodes of the workflow. */
	readonly displayNodes: Record<string, string> = Object.create(null);
	/** Nodes (by their own and by their display id) that reported an output in this run. */
	readonly executed = new Set<string>();
	/** Nodes that are done, by their display id. */
	readonly finished = new Set<string>();
	readonly pictures: FramePicture[] = [];
	/** Progress texts by node. */
	readonly texts = new Map<string, string>();
	cachedNodes: string[] = [];
	/** Messages of ExecutionBlocker nodes, which end as a success. */
	readonly notices: string[] = [];
}

/** What the events of one job reported. Holds state only: no network, no clock. */
export class JobRecord {
	state: JobState = 'unknown';
	position?: number;
	workflow?: ApiWorkflow;
	/** The socket has been subscribed since before the job could start: no event was missed. */
	complete = false;
	/** The connection broke, and no event of the job was missed before that. */
	completeUntilCut = false;
	/** The connection broke since the server was last seen to know the job, so it may have been restarted. */
	connectionLost = false;
	succeeded = false;
	startedAt?: number;
	endedAt?: number;
	private nodeId?: string;
	private value?: number;
	private max?: number;
	private text?: string;
	/** The last preview picture. */
	preview?: JobProgress['preview'];
	/** Share of the job that is done, as the host reports it. */
	private reportedFraction?: number;
	/** The largest share that was told. A stream may begin with steps that a poll has told already. */
	private toldFraction = 0;
	private reported?: NodeReports;
	/** Whether the last event of the job has come, so that `complete` covers all of it. */
	hasLastEvent = false;
	private ending?: AbortController;

	constructor(readonly promptId: string) {}

	/** What its nodes reported. Made when it is first asked for: ten thousand jobs may wait for their turn. */
	get nodes(): NodeReports {
		return (this.reported ??= new NodeReports());
	}

	/** Applies a message of this job; returns whether it says that the job has ended. */
	apply(message: ServerMessage): boolean {
		switch (message.type) {
			case 'execution_start':
				this.run();
				this.startedAt = message.data.timestamp;
				return false;
			case 'execution_cached':
				this.nodes.cachedNodes = message.data.nodes.map(textOf);
				this.nodes.cachedNodes.forEach((id) => this.nodes.finished.add(id));
				return false;
			case 'executing':
				// null: the last message of every job, however it ended
				if (message.data.node === null) {
					this.hasLastEvent = true;
					this.ending?.abort();
					return true;
				}
				this.run();
				this.enter(message.data.display_node ?? message.data.node);
				return false;
			case 'progress_state':
				this.run();
				for (const [id, node] of Object.entries(message.data.nodes)) {
					if (node.state === 'finished') this.nodes.finished.add(node.display_node_id ?? id);
				}
				return false;
			case 'progress':
				this.run();
				[this.value, this.max] = [message.data.value, message.data.max];
				return false;
			case 'executed':
				this.keepOutput(message.data.node, message.data.display_node, message.data.output);
				return false;
			case 'execution_success':
				this.succeeded = true;
				this.endedAt = message.data.timestamp;
				return false; // the history entry is not written yet; `executing` with null follows it
			case 'execution_error':
				if (message.data.exception_type === 'ExecutionBlocked') {
					const notice = textOf(message.data.exception_message ?? '').trim();
					const { notices } = this.nodes;
					if (!notices.includes(notice)) notices.push(notice);
				}
				return false;
			default:
				return false;
		}
	}

	/** Applies a binary frame of this job. */
	applyFrame(frame: Frame): void {
		if (frame.kind === 'text') {
			this.text = frame.text;
			this.nodes.texts.set(frame.nodeId, frame.text);
			return;
		}
		this.preview = { data: frame.data, mimeType: frame.mimeType };
		const nodeId = frame.nodeId ?? this.nodeId;
		const { pictures } = this.nodes;
		if (frame.mimeType === 'image/png' && nodeId && pictures.length < MAX_FRAMES) {
			pictures.push({ nodeId, data: frame.data, mimeType: frame.mimeType });
		}
	}

	/** Applies the progress in a status answer; returns whether anything changed. */
	applyStatus({ fraction, nodeId, value, max, text }: StatusProgress): boolean {
		const before = [this.reportedFraction, this.nodeId, this.value, this.max, this.text];
		if (nodeId !== undefined) this.enter(nodeId);
		this.reportedFraction = fraction ?? this.reportedFraction;
		this.value = value ?? this.value;
		this.max = max ?? this.max;
		this.text = text ?? this.text;
		const after = [this.reportedFraction, this.nodeId, this.value, this.max, this.text];
		return after.some((fact, index) => fact !== before[index]);
	}

	/** The progress so far. */
	progress(): JobProgress {
		const nodeCount = this.workflow ? Object.keys(this.workflow).length : 0;
		const stepping = this.value !== undefined && this.max && !this.reported?.finished.has(this.nodeId ?? '');
		const share = stepping ? (this.value as number) / (this.max as number) : 0;
		const within = Math.min(Math.max(share, 0), 1); // nodes may report any value
		const finished = this.reported?.finished.size ?? 0;
		const counted = nodeCount > 0 ? (finished + within) / nodeCount : undefined;
		const fraction = this.reportedFraction ?? counted;
		if (fraction !== undefined) this.toldFraction = Math.max(this.toldFraction, Math.min(fraction, 1));
		return {
			promptId: this.promptId,
			state: this.state,
			position: this.state === 'pending' ? this.position : undefined,
			nodeId: this.nodeId,
			nodeTitle: this.nodeId ? titleOf(this.workflow, this.nodeId) : undefined,
			value: this.value,
			max: this.max,
			fraction: fraction === undefined ? undefined : this.toldFraction,
			text: this.text,
			preview: this.preview,
		};
	}

	/** Waits for the last event. @param ms how long at most */
	async untilLastEvent(ms: number, { signal }: { signal: AbortSignal }): Promise<void> {
		if (this.hasLastEvent) return;
		this.ending ??= new AbortController();
		const { controller, unlink } = linkSignals(this.ending.signal, signal);
		await delay(ms, { signal: controller.signal }).catch(() => {}); // the event came, or the wait was stopped
		unlink();
	}

	/** Whether a node id belongs to the workflow, as far as that is known. */
	owns(nodeId: string): boolean {
		return this.workflow !== undefined && Object.hasOwn(this.workflow, nodeId);
	}

	private run(): void {
		this.state = 'running';
		this.position = undefined;
	}

	private enter(nodeId: string): void {
		if (this.nodeId === nodeId) return;
		[this.nodeId, this.value, this.max, this.text] = [nodeId, undefined, undefined, undefined];
	}

	private keepOutput(node: string, displayNode: string | undefined, output: unknown): void {
		const { executed, finished, displayNodes, outputs } = this.nodes;
		executed.add(node);
		finished.add(displayNode ?? node);
		if (displayNode) {
			executed.add(displayNode);
			displayNodes[node] = displayNode;
		}
		if (isRecord(output)) outputs[node] = output;
	}
}
