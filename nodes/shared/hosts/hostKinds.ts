import { comfyApiV2, comfyCloud } from './comfyOrg';
import { comfyDeploy } from './comfyDeploy';
import { comfyServerless } from './comfyServerless';
import { hostNames, type HostKind, type HostName } from './HostKind';
import { pool } from './pool';
import { runComfy } from './runComfy';
import { runPod } from './runPod';
import { selfHosted } from './selfHosted';

/** Every supported host, by the value of the parameter "ComfyUI Host". */
export const hostKinds: Record<HostName, HostKind> = {
	comfyApiV2,
	comfyCloud,
	comfyDeploy,
	comfyServerless,
	pool,
	runComfy,
	runPod,
	selfHosted,
};

/** The host that a node uses. Nodes that were saved before this parameter existed have no value: they use a self-hosted server. */
export function hostKind(value: unknown): HostKind {
	const name = hostNames.find((known) => known === value);
	return name ? hostKinds[name] : selfHosted;
}
