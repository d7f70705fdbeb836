import { playNode } from './support/playNode';
import { nodes } from './table/nodes';

jest.mock('../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../client/support/fastDelay')>('../client/support/fastDelay')
		.fastDelay(20),
);

playNode(nodes);
