import { ComfyUiClient, connectComfyApiV2 } from '../../../nodes/client';
import { LittleComfyUi } from '../../server';
import { ApiProxy } from './ApiProxy';

/** The token of a proxy that wants one. */
export const TOKEN = 'token-canary-of-the-proxy';

/** A ComfyUI, the proxy in front of it, and a client of the proxy. */
export interface ProxyScene {
	/** The address of the ComfyUI. */
	comfyUi: string;
	/** The same, unless the tests run against a real one. */
	little?: LittleComfyUi;
	proxy: ApiProxy;
	client: ComfyUiClient;
	/** Bytes of an output file, from the ComfyUI itself. */
	bytesOfOutput(filename: string): Promise<Buffer>;
}

/** Whether COMFYUI_URL names a real ComfyUI. */
export const isReal = Boolean(process.env.COMFYUI_URL);

/** Plays a scene with a proxy of its own. @param token what the proxy wants */
export async function onProxy(
	play: (scene: ProxyScene) => Promise<void>,
	token?: string,
	version?: string,
): Promise<void> {
	const little = isReal ? undefined : await LittleComfyUi.start({ version });
	const comfyUi = (process.env.COMFYUI_URL ?? little?.url ?? '').replace(/\/+$/, '');
	const proxy = await ApiProxy.start(comfyUi, token);
	const client = new ComfyUiClient(connectComfyApiV2({ baseUrl: proxy.url, apiKey: token }));
	const bytesOfOutput = async (filename: string) => {
		const answer = await fetch(`${comfyUi}/view?type=output&filename=${encodeURIComponent(filename)}`);
		expect(answer.status).toBe(200);
		return Buffer.from(await answer.arrayBuffer());
	};
	try {
		await play({ comfyUi, little, proxy, client, bytesOfOutput });
	} finally {
		await client.close();
		await proxy.stop();
		await little?.stop();
		expect(little?.damage ?? []).toEqual([]);
	}
}
