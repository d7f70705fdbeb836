import { ComfyUiClient } from '../../../nodes/client';
import { FACTS, type ServerFacts } from './facts';

/** Before all tests: finds out what the server is, so that tests of what it lacks can be skipped. */
export default async function findServer(): Promise<void> {
	const url = process.env.COMFYUI_URL;
	if (!url) throw new Error('Say which server: npm run test:servers -- URL');
	const client = ComfyUiClient.connect({ url });
	try {
		const { system } = await client.getSystemStats();
		const nodeTypes = Object.keys(await client.objectInfo());
		if (!nodeTypes.includes('TSleep')) {
			throw new Error(
				'Copy test/servers/custom_nodes/*.py into the custom_nodes folder of the server first.',
			);
		}
		const version = system.comfyui_version ?? 'without a version';
		const caches = !(Array.isArray(system.argv) && system.argv.includes('--cache-none'));
		process.env[FACTS] = JSON.stringify({ url, version, nodeTypes, caches } satisfies ServerFacts);
		process.stdout.write(`ComfyUI ${version} at ${url}, ${nodeTypes.length} node types\n`);
	} finally {
		await client.close();
	}
}
