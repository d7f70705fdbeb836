import { ComfyApiV2Api } from '../../../../credentials/ComfyApiV2Api.credentials';
import { ComfyCloudApi } from '../../../../credentials/ComfyCloudApi.credentials';
import { ComfyDeployApi } from '../../../../credentials/ComfyDeployApi.credentials';
import { ComfyUiApi } from '../../../../credentials/ComfyUiApi.credentials';
import { ComfyUiPoolApi } from '../../../../credentials/ComfyUiPoolApi.credentials';
import { ComfyUiServerlessApi } from '../../../../credentials/ComfyUiServerlessApi.credentials';
import { RunComfyApi } from '../../../../credentials/RunComfyApi.credentials';
import { RunPodComfyUiApi } from '../../../../credentials/RunPodComfyUiApi.credentials';
import { ComfyUiGetImages } from '../../../../nodes/GetImages/ComfyUiGetImages.node';
import { ComfyUiObjectInfo } from '../../../../nodes/ObjectInfo/ComfyUiObjectInfo.node';
import { ComfyUiQueuePrompt } from '../../../../nodes/QueuePrompt/ComfyUiQueuePrompt.node';
import { ComfyUiRunWorkflow } from '../../../../nodes/RunWorkflow/ComfyUiRunWorkflow.node';
import { ComfyUiServer } from '../../../../nodes/Server/ComfyUiServer.node';
import { ComfyUiTrigger } from '../../../../nodes/Trigger/ComfyUiTrigger.node';
import { ComfyUiUploadImage } from '../../../../nodes/UploadImage/ComfyUiUploadImage.node';
import { ComfyUiWaitForCompletion } from '../../../../nodes/WaitForCompletion/ComfyUiWaitForCompletion.node';
import { Engine } from '../../../support/engine';
import { packageName } from '../../../support/builtPackage';

/** Every node of the package, by its name. */
export const nodeClasses = {
	comfyUiGetImages: ComfyUiGetImages,
	comfyUiObjectInfo: ComfyUiObjectInfo,
	comfyUiQueuePrompt: ComfyUiQueuePrompt,
	comfyUiRunWorkflow: ComfyUiRunWorkflow,
	comfyUiServer: ComfyUiServer,
	comfyUiTrigger: ComfyUiTrigger,
	comfyUiUploadImage: ComfyUiUploadImage,
	comfyUiWaitForCompletion: ComfyUiWaitForCompletion,
};

/** Every credential type of the package, by its name. */
export const credentialClasses = {
	comfyApiV2Api: ComfyApiV2Api,
	comfyCloudApi: ComfyCloudApi,
	comfyDeployApi: ComfyDeployApi,
	comfyUiApi: ComfyUiApi,
	comfyUiPoolApi: ComfyUiPoolApi,
	comfyUiServerlessApi: ComfyUiServerlessApi,
	runComfyApi: RunComfyApi,
	runPodComfyUiApi: RunPodComfyUiApi,
};

/** n8n's engine with the whole package in it. */
export async function startWholeEngine(binaryMode: 'filesystem' | 'default' = 'filesystem'): Promise<Engine> {
	const named = Object.entries(nodeClasses).map(([name, type]) => [`${packageName}.${name}`, type]);
	return await Engine.start({
		binaryMode,
		nodeTypes: Object.fromEntries(named),
		credentialTypes: credentialClasses,
	});
}
