import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { HostName } from '../../../../nodes/shared/hosts/HostKind';
import type { ComfyDeployStage } from '../../../client/hosts/support/comfyDeployStage';
import type { ComfyServerlessStage } from '../../../client/hosts/support/comfyServerlessStage';
import type { HostStage } from '../../../client/hosts/support/HostStage';
import type { PoolHostStage } from '../../../client/hosts/support/poolStage';
import type { RunComfyStage } from '../../../client/hosts/support/runComfyStage';
import type { RunPodStage } from '../../../client/hosts/support/runPodStage';
import { STAGES } from '../../../client/hosts/support/stages';

/** What a user enters in n8n for a stand-in. */
export interface HostSetup {
	host: HostName;
	credentialType: string;
	/** @param valid false: a secret of the stage that the stand-in refuses */
	credential(stage: HostStage, valid: boolean): ICredentialDataDecryptedObject;
}

/** The address of a stage that keeps its server to itself. */
const baseOf = (stage: HostStage) => stage.connect().host.base;

/** The stages of comfy.org list their secrets in this order. */
function comfyOrg(host: HostName, credentialType: string): HostSetup {
	return {
		host,
		credentialType,
		credential(stage, valid) {
			const [good, bad, partnerApiKey] = stage.secrets;
			return { baseUrl: baseOf(stage), apiKey: valid ? good : bad, partnerApiKey };
		},
	};
}

const selfHosted: HostSetup = {
	host: 'selfHosted',
	credentialType: 'comfyUiApi',
	credential(stage, valid) {
		const [good, bad, partnerApiKey] = stage.secrets;
		return { url: baseOf(stage), authentication: 'bearer', token: valid ? good : bad, partnerApiKey };
	},
};

const runPod: HostSetup = {
	host: 'runPod',
	credentialType: 'runPodComfyUiApi',
	credential(stage, valid) {
		const { endpointId, apiKey, url } = (stage as RunPodStage).server;
		const [, partnerApiKey] = stage.secrets;
		return { endpointId, apiKey: valid ? apiKey : 'rpa_canary-wrong-key', baseUrl: url, partnerApiKey };
	},
};

const comfyDeploy: HostSetup = {
	host: 'comfyDeploy',
	credentialType: 'comfyDeployApi',
	credential(stage, valid) {
		const { apiKey, url } = (stage as ComfyDeployStage).server;
		return { apiKey: valid ? apiKey : 'cd_canary.wrong-key', baseUrl: url };
	},
};

const runComfy: HostSetup = {
	host: 'runComfy',
	credentialType: 'runComfyApi',
	credential(stage, valid) {
		const { apiKey, url } = (stage as RunComfyStage).server;
		const [, partnerApiKey] = stage.secrets;
		return { apiKey: valid ? apiKey : 'rc-canary-wrong-token', baseUrl: url, partnerApiKey };
	},
};

const comfyServerless: HostSetup = {
	host: 'comfyServerless',
	credentialType: 'comfyUiServerlessApi',
	credential(stage, valid) {
		const { accounts, url } = (stage as ComfyServerlessStage).server;
		const { email, password } = accounts;
		return { baseUrl: url, email, password: valid ? password : 'wrong-password-canary' };
	},
};

const pool: HostSetup = {
	host: 'pool',
	credentialType: 'comfyUiPoolApi',
	credential(stage, valid) {
		const [first, second, bad, partnerApiKey] = stage.secrets;
		const { urls } = stage as PoolHostStage;
		const server = [first, second].map((token, index) => ({
			name: `gpu-${index + 1}`,
			url: urls[index],
			authentication: 'bearer',
			secret: valid ? token : bad,
			weight: 1,
		}));
		return { servers: { server }, partnerApiKey };
	},
};

/** How each host is set up. */
export const setups = {
	selfHosted,
	pool,
	runPod,
	runComfy,
	comfyDeploy,
	comfyServerless,
	comfyCloud: comfyOrg('comfyCloud', 'comfyCloudApi'),
	comfyApiV2: comfyOrg('comfyApiV2', 'comfyApiV2Api'),
} satisfies Record<HostName, HostSetup>;

const SETUPS: Record<string, HostSetup> = {
	'self-hosted': selfHosted,
	pool,
	'Comfy Cloud': setups.comfyCloud,
	'Comfy API v2': setups.comfyApiV2,
	RunPod: runPod,
	RunComfy: runComfy,
	'ComfyUI Deploy': comfyDeploy,
	'ComfyUI Deploy, open source': comfyDeploy,
	'ComfyUI Serverless': comfyServerless,
};

/** Every host of the client's table, as it is set up in n8n. */
export const HOSTS: Array<[name: string, start: () => Promise<HostStage>, setup: HostSetup]> = STAGES.map(
	([name, start]) => [name, start, SETUPS[name]],
);
