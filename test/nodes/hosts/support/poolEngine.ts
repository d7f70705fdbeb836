import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../../server';
import { nodeType } from '../../../support/builtPackage';
import type { Engine, EngineRun } from '../../../support/engine';
import { startWholeEngine } from './engine';

/** n8n's engine and the servers of a pool, for the tests of one file. */
export interface PoolEngine {
	readonly engine: Engine;
	/** The servers of the running test. */
	readonly servers: LittleComfyUi[];
	/** The list of the credential, which names the servers a, b, c. A test may edit it between two nodes. */
	readonly list: IDataObject[];
	start(...options: LittleComfyUiOptions[]): Promise<LittleComfyUi[]>;
	credentials(): { comfyUiPoolApi: { servers: IDataObject } };
	/** Runs one node. */
	run(name: string, parameters: IDataObject, items?: IDataObject[]): Promise<EngineRun>;
	/** The items of a node. @throws the error of the node with its hint */
	rows(name: string, parameters: IDataObject, items?: IDataObject[]): Promise<IDataObject[]>;
}

/** Registers the hooks of a test file that needs a pool; each test starts its servers. */
export function usePool(): PoolEngine {
	let engine: Engine;
	const servers: LittleComfyUi[] = [];
	const list: IDataObject[] = [];
	beforeAll(async () => {
		engine = await startWholeEngine();
	});
	afterAll(async () => await engine.stop());
	afterEach(async () => {
		for (const server of servers.splice(0)) {
			await server.stop();
			expect(server.damage).toEqual([]);
		}
	});

	const credentials = () => ({ comfyUiPoolApi: { servers: { server: [...list] } } });

	const run: PoolEngine['run'] = async (name, parameters, items = [{}]) => {
		const all = { host: 'pool', ...parameters } as INodeParameters;
		const node: Partial<INode> & { name: string; type: string } = {
			name: 'Node',
			type: nodeType(name),
			parameters: all,
		};
		return await engine.run({
			nodes: [node],
			credentials: credentials(),
			input: items.map((json) => ({ json })),
		});
	};

	return {
		get engine() {
			return engine;
		},
		servers,
		list,
		async start(...options) {
			servers.push(...(await Promise.all(options.map(async (one) => await LittleComfyUi.start(one)))));
			const entries = servers.map(({ url }, index) => ({
				name: 'abc'[index],
				url,
				authentication: 'none',
				weight: 1,
			}));
			list.splice(0, list.length, ...entries);
			return servers;
		},
		credentials,
		run,
		async rows(...request) {
			const done = await run(...request);
			if (done.error) throw new Error(`${done.error.message} ${done.error.description ?? ''}`);
			return done.items('Node').map(({ json }) => json);
		},
	};
}
