import type { RedNode } from '../../../packages/node-red/src/lib/nodeRed';

/** The parts of Node-RED's test helper that are used here; the package has no types. */
interface TestHelper {
	init(runtimePath: string, settings?: object): void;
	startServer(started: () => void): void;
	stopServer(stopped: () => void): void;
	load(types: unknown[], flow: unknown[], credentials: object): Promise<void>;
	unload(): Promise<void>;
	setFlows(flow: unknown[], type: 'full' | 'nodes' | 'flows'): Promise<void>;
	getNode(id: string): RedNode | null;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
export const helper = require('node-red-node-test-helper') as TestHelper;

helper.init(require.resolve('node-red'));
