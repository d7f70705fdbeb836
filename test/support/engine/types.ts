import type {
	ExecutionError,
	IBinaryData,
	IConnections,
	ICredentialDataDecryptedObject,
	ICredentialType,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	IRun,
	IVersionedNodeType,
	IWorkflowSettings,
	NodeExecutionHint,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import type { Readable } from 'node:stream';

type OrClass<T> = T | (new () => T);

export type NodeTypeSource = OrClass<INodeType> | OrClass<IVersionedNodeType>;
export type CredentialTypeSource = OrClass<ICredentialType>;

export interface EngineOptions {
	/** Where n8n keeps files: on disk in a temp folder of this engine (n8n's default), or as base64 in the item. */
	binaryMode?: 'filesystem' | 'default';
	/**
	 * Who evaluates `={{ }}`. n8n 2.41 runs `vm` (isolated-vm, needs Node 22 or later) in production; `quickjs` is
	 * its WebAssembly sibling. Both are loaded by a dynamic import, which jest refuses. `legacy`, the default,
	 * evaluates in the process itself.
	 */
	expressionEngine?: 'legacy' | 'quickjs' | 'vm';
	/** Open the port where webhooks resume executions that wait. Default false: their address leads nowhere. */
	webhooks?: boolean;
	/** Full type name, package and node, to its class. */
	nodeTypes: Record<string, NodeTypeSource>;
	credentialTypes: Record<string, CredentialTypeSource>;
}

/** Credential data by credential type name, as a user would fill in the form; defaults are added. */
export type CredentialData = Record<string, ICredentialDataDecryptedObject>;

/** A file of an input item: bytes, a stream or base64 text. It is put in the binary store before the run. */
export interface InputBinary {
	data: Buffer | Readable | string;
	fileName?: string;
	mimeType?: string;
}

export interface InputItem extends Pick<INodeExecutionData, 'json' | 'error' | 'pairedItem'> {
	/** A file that a former run left in the store is taken as it is. */
	binary?: Record<string, InputBinary | IBinaryData>;
}

export type Wire = [from: string, to: string, fromOutput?: number];

export interface RunRequest {
	nodes: Array<Partial<INode> & { name: string; type: string }>;
	/** Left out, the nodes form a chain in the order given. */
	connections?: Wire[] | IConnections;
	/** Given to every node whose type declares the credential. */
	credentials?: CredentialData;
	/** What the start node emits. A workflow without a start node gets one, named `Input`. */
	input?: InputItem[];
	settings?: IWorkflowSettings;
	/** `manual` is the editor's Execute button, `trigger` and `webhook` are an activated workflow. */
	mode?: WorkflowExecuteMode;
	/** Called as each node starts. */
	onNode?: (name: string) => void;
	/** The workflow's timeout: n8n cancels the execution after it. */
	timeoutMs?: number;
}

export interface RunError {
	message: string;
	description?: string;
	/** The node that stopped the workflow. */
	node?: string;
	itemIndex?: number;
	/** As the engine recorded it: a plain object with the error's own properties, not an instance of its class. */
	raw: ExecutionError;
}

export interface EngineRun {
	/** n8n's id of the execution. */
	id: string;
	/**
	 * After a cancel, `error` means that a node threw what n8n does not take for a cancellation (no "canceled" in
	 * the message, no "Cancelled" in the name): its list still says canceled, but its error workflow runs.
	 */
	status: 'success' | 'error' | 'canceled' | 'waiting';
	error?: RunError;
	/** The items of all runs of a node, from its first main output unless another is named. */
	items(nodeName: string, output?: number): INodeExecutionData[];
	hints(nodeName: string): NodeExecutionHint[];
	/** The bytes of a file, wherever the store keeps them. */
	binary(item: INodeExecutionData, property: string): Promise<Buffer>;
	/** What n8n has stored for a credential by now, e.g. a session token that `preAuthentication` fetched. */
	storedCredential(type: string): ICredentialDataDecryptedObject;
	raw: IRun;
}

export interface Launch {
	run: Promise<EngineRun>;
	/** What the editor's stop button does. */
	cancel(): void;
}

/** A call of a dynamic parameter method, as the editor makes it for an open node. */
export interface EditorRequest {
	nodeType: string;
	typeVersion?: number;
	method: string;
	credentials?: CredentialData;
	/** What is filled in so far; defaults are added. */
	parameters?: INodeParameters;
	/** The parameter that asks, e.g. `parameters.model`; methods with `&sibling` paths need it. */
	path?: string;
}

export interface ListSearchRequest extends EditorRequest {
	filter?: string;
	paginationToken?: string;
}

export interface CredentialTestResult {
	status: string;
	message: string;
}
