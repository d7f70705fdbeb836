import type { LittleComfyUi } from '../../server';
import type { FaultyProxy } from './FaultyProxy';

/** What a fault of the node's table can take hold of. */
export interface NodeScene {
	server: LittleComfyUi;
	proxy: FaultyProxy;
	/** What the editor's stop button does. */
	cancel: () => void;
}

/** A row of the node's table. */
export interface NodeFault {
	name: string;
	arm: (scene: NodeScene) => void;
	/** `works`, `canceled`, the code of the error, or a part of the message of one that is not ours. */
	outcome: string;
	/** How many jobs the server may have run to their end; default one. */
	runs?: number;
	disarm?: () => void;
}
