import { ComfyDeployStage } from './comfyDeployStage';
import { ComfyServerlessStage } from './comfyServerlessStage';
import { comfyApiV2Stage, comfyCloudStage } from './comfyOrgStages';
import type { HostStage } from './HostStage';
import { poolStage } from './poolStage';
import { RunComfyStage } from './runComfyStage';
import { RunPodStage } from './runPodStage';
import { selfHostedStage } from './selfHostedStage';

/** Every host, for the suite that all of them have to pass. */
export const STAGES: Array<[name: string, start: () => Promise<HostStage>]> = [
	['self-hosted', selfHostedStage],
	['pool', poolStage],
	['Comfy Cloud', comfyCloudStage],
	['Comfy API v2', comfyApiV2Stage],
	['RunPod', async () => await RunPodStage.start()],
	['RunComfy', async () => await RunComfyStage.start()],
	['ComfyUI Deploy', async () => await ComfyDeployStage.start()],
	['ComfyUI Deploy, open source', async () => await ComfyDeployStage.start({ generation: 'webApp' })],
	['ComfyUI Serverless', async () => await ComfyServerlessStage.start()],
];
