import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { RunRequest } from '../../../support/engine';
import type { LittleComfyUi, LittleComfyUiOptions } from '../../../server';
import type { NodeSpec } from '../../support/JobNodes';

export const JOB = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';

/** What a situation is made with. */
interface Stage {
	server: LittleComfyUi;
	/** A request of another client that has access. */
	post(path: string, body: object): Promise<void>;
	/** Whatever the client sent to show who it is, for a server that repeats it. Else a harmless text. */
	echo: string;
}

/** Something that goes wrong while nodes run. */
export interface Situation {
	/** Ends the sentence "tells what to do when ...". */
	when: string;
	nodes: NodeSpec[];
	options?: LittleComfyUiOptions;
	/** Address to use instead of the server's. */
	url?: string;
	/** Further fields of the credential. */
	credential?: ICredentialDataDecryptedObject;
	/** Before the nodes run. */
	before?(stage: Stage): Promise<unknown> | void;
	/** As soon as a node of that name starts. */
	during?: { node: string; act(stage: Stage): Promise<unknown> };
	request?: Partial<RunRequest>;
}
