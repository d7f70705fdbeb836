/** The parts of Node-RED's test helper that are used here; the package has no types. */
declare module 'node-red-node-test-helper' {
	import type { RedNode } from '../../../packages/node-red/src/lib/nodeRed';

	const helper: {
		init(runtimePath: string, settings?: object): void;
		startServer(started: () => void): void;
		stopServer(stopped: () => void): void;
		load(types: unknown[], flow: unknown[], credentials: object): Promise<void>;
		unload(): Promise<void>;
		setFlows(flow: unknown[], type: 'full' | 'nodes' | 'flows'): Promise<void>;
		getNode(id: string): RedNode | null;
		url(): string;
		log(): unknown;
	};
	export default helper;
}
