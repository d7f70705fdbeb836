import { Engine } from '../../../support/engine';
import { credentialClasses, nodeClasses } from '../../hosts/support/engine';
import { nodeType, packageName } from '../../../support/builtPackage';

/** n8n's engine with the whole package in it, and the port where webhooks resume executions. */
export async function startWaitingEngine(): Promise<Engine> {
	const named = Object.entries(nodeClasses).map(([name, type]) => [`${packageName}.${name}`, type]);
	return await Engine.start({
		webhooks: true,
		nodeTypes: {
			...Object.fromEntries(named),
			// as n8n names a node that is the tool of an agent
			[nodeType('QueuePromptTool')]: nodeClasses.comfyUiQueuePrompt,
		},
		credentialTypes: credentialClasses,
	});
}
