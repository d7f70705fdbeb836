import { playFaults } from './support/playFaults';
import { server } from './table/server';

jest.mock('../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../client/support/fastDelay')>('../client/support/fastDelay')
		.fastDelay(20),
);

playFaults(server);
