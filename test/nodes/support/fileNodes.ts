import type { INode, INodeParameters } from 'n8n-workflow';
import { ComfyUiApi } from '../../../credentials/ComfyUiApi.credentials';
import { ComfyUiGetImages } from '../../../nodes/GetImages/ComfyUiGetImages.node';
import { ComfyUiUploadImage } from '../../../nodes/UploadImage/ComfyUiUploadImage.node';
import { LittleComfyUi, type LittleComfyUiOptions } from '../../server';
import { Engine, type EngineRun, type InputItem } from '../../support/engine';
import { nodeType, packageName } from '../../support/builtPackage';

type NodeExtras = Partial<INode>;

/** The nodes that move files, in n8n's engine, with a little ComfyUI. */
export class FileNodes {
	private constructor(
		readonly engine: Engine,
		readonly server: LittleComfyUi,
	) {}

	static async start(
		binaryMode: 'filesystem' | 'default' = 'filesystem',
		options: LittleComfyUiOptions = {},
	): Promise<FileNodes> {
		const nodeTypes = {
			[nodeType('GetImages')]: ComfyUiGetImages,
			[nodeType('GetImagesTool')]: ComfyUiGetImages,
			[nodeType('UploadImage')]: ComfyUiUploadImage,
		};
		const engine = await Engine.start({ binaryMode, nodeTypes, credentialTypes: { comfyUiApi: ComfyUiApi } });
		return new FileNodes(engine, await LittleComfyUi.start(options));
	}

	async get(parameters: INodeParameters, input?: InputItem[], extras?: NodeExtras): Promise<EngineRun> {
		return await this.run('comfyUiGetImages', parameters, input, extras);
	}

	async upload(parameters: INodeParameters, input?: InputItem[], extras?: NodeExtras): Promise<EngineRun> {
		return await this.run('comfyUiUploadImage', parameters, input, extras);
	}

	/** Runs one node, named `Node`, against `server` (ours unless another is given). */
	async run(
		type: string,
		parameters: INodeParameters,
		input: InputItem[] = [{ json: {} }],
		extras: NodeExtras = {},
		url = this.server.url,
	): Promise<EngineRun> {
		return await this.engine.run({
			nodes: [{ name: 'Node', type: `${packageName}.${type}`, parameters, ...extras }],
			credentials: { comfyUiApi: { url } },
			input,
		});
	}

	/** Runs a workflow on the server to its end. */
	async made(workflow: object): Promise<string> {
		const promptId = await this.server.submit(workflow);
		await this.server.idle();
		return promptId;
	}

	/** A file that is on the server, as Wait For Completion would list it. */
	put(path: string, data: Buffer, type: 'output' | 'temp' | 'input' = 'output') {
		this.server.files.put(type, path, data);
		const parts = path.split('/');
		const filename = parts.pop() as string;
		return { filename, subfolder: parts.join('/'), type };
	}

	async stop(): Promise<void> {
		await this.engine.stop();
		await this.server.stop();
	}
}

/** An item with one file in the field `data`. */
export function itemWith(data: Buffer, fileName?: string, mimeType = 'image/png'): InputItem {
	return { json: {}, binary: { data: { data, fileName, mimeType } } };
}
