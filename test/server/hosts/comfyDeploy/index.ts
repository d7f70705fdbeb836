export { DEPLOYMENTS, NODE_FAILURE } from './deployments';
export { LittleComfyDeploy, type LittleComfyDeployOptions } from './LittleComfyDeploy';
