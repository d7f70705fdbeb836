import type { NodeTypeSource } from '../types';
import { TestInput, TestNoOp } from './Passthrough';
import { TestSet } from './TestSet';

/** Node types every engine knows. Those of n8n's own are here so that example workflows run unchanged. */
export const builtInNodes: Record<string, NodeTypeSource> = {
	'test.input': TestInput,
	'test.noOp': TestNoOp,
	'test.set': TestSet,
	'n8n-nodes-base.manualTrigger': TestInput,
	'n8n-nodes-base.noOp': TestNoOp,
	'n8n-nodes-base.stickyNote': TestNoOp,
};
