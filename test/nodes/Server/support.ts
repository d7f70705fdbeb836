import type { IDataObject, INode } from 'n8n-workflow';
import { ComfyUiApi } from '../../../credentials/ComfyUiApi.credentials';
import { ComfyUiServer } from '../../../nodes/Server/ComfyUiServer.node';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../server';
import { nodeType } from '../../support/builtPackage';
import { Engine, type EngineRun } from '../../support/engine';

export const TYPE = nodeType('Server');

/** The node ComfyUI Server in n8n's engine, and a little ComfyUI for each test. */
export class ServerNode {
	private readonly servers: LittleComfyUi[] = [];

	private constructor(readonly engine: Engine) {}

	static async start(): Promise<ServerNode> {
		const nodeTypes = { [TYPE]: ComfyUiServer };
		return new ServerNode(await Engine.start({ nodeTypes, credentialTypes: { comfyUiApi: ComfyUiApi } }));
	}

	async stop(): Promise<void> {
		await this.engine.stop();
	}

	async server(options?: LittleComfyUiOptions): Promise<LittleComfyUi> {
		const server = await LittleComfyUi.start(options);
		this.servers.push(server);
		return server;
	}

	/** No operation may hurt a server. */
	async stopServers(): Promise<void> {
		for (const server of this.servers.splice(0)) {
			await server.stop();
			expect(server.damage).toEqual([]);
		}
	}

	async run(
		server: { url: string },
		[resource, operation]: [string, string],
		parameters: IDataObject = {},
		{ items = [{}], user = '', ...node }: { items?: IDataObject[]; user?: string } & Partial<INode> = {},
	): Promise<EngineRun> {
		const all = { host: 'selfHosted', resource, operation, ...parameters } as INode['parameters'];
		return await this.engine.run({
			nodes: [{ name: 'Server', type: TYPE, parameters: all, ...node }],
			credentials: { comfyUiApi: { url: server.url, comfyUser: user } },
			input: items.map((json) => ({ json })),
		});
	}

	/** The JSON of the items. */
	async rows(...request: Parameters<ServerNode['run']>): Promise<IDataObject[]> {
		const run = await this.run(...request);
		if (run.error) throw new Error(`${run.error.message} ${run.error.description ?? ''}`);
		return run.items('Server').map(({ json }) => json);
	}

	/** The code of the error that the operation ends with. */
	async failure(...request: Parameters<ServerNode['run']>) {
		const { error } = await this.run(...request);
		const { code } = ((error?.raw as { context?: IDataObject })?.context?.comfyUi ?? {}) as IDataObject;
		return { code, message: error?.message ?? '', hint: error?.description ?? '' };
	}
}

export const byId = (value: string) => ({ __rl: true, mode: 'id', value });
export const fromList = (value: string) => ({ __rl: true, mode: 'list', value });
