import { ComfyUiApi } from '../../../credentials/ComfyUiApi.credentials';
import { ComfyUiObjectInfo } from '../../../nodes/ObjectInfo/ComfyUiObjectInfo.node';
import { nodeType } from '../../support/builtPackage';
import { Engine } from '../../support/engine';

export const TYPE = nodeType('ObjectInfo');

/** The node Object Info in n8n's engine. */
export async function startEngine(): Promise<Engine> {
	return await Engine.start({
		nodeTypes: { [TYPE]: ComfyUiObjectInfo },
		credentialTypes: { comfyUiApi: ComfyUiApi },
	});
}

/** The value of a field with a list, entered as an ID. */
export const byId = (value: string) => ({ __rl: true, mode: 'id', value });
