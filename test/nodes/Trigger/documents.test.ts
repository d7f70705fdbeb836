import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { INode } from 'n8n-workflow';
import {
	connectComfyApiV2,
	connectComfyCloud,
	connectComfyDeploy,
	connectComfyServerless,
	connectRunComfy,
	connectRunPod,
	type Host,
} from '../../../nodes/client';
import { connectPool } from '../../../nodes/client/hosts/pool/connect';
import { connectSelfHosted } from '../../../nodes/client/hosts/selfHosted/connect';
import { properties } from '../../../nodes/Trigger/properties';
import { LittleComfyUi } from '../../server';
import { nodeType } from '../../support/builtPackage';
import { until } from '../../support/until';
import { failing } from '../../client/hosts/support/jobs';
import { startWholeEngine } from '../hosts/support/engine';

const root = path.resolve(__dirname, '../../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const baseUrl = 'http://127.0.0.1:1';
const apiKey = 'key';

const HOSTS: Array<[title: string, host: Host]> = [
	['Self-hosted ComfyUI', connectSelfHosted({ url: baseUrl })],
	['ComfyUI Pool', connectPool({ servers: [{ url: baseUrl }] })],
	['Comfy Cloud', connectComfyCloud({ apiKey })],
	['Comfy API v2', connectComfyApiV2({ baseUrl })],
	['ComfyUI Deploy, hosted', connectComfyDeploy({ apiKey, generation: 'v2' })],
	['ComfyUI Deploy, web app', connectComfyDeploy({ apiKey, baseUrl, generation: 'webApp' })],
	['ComfyUI Serverless', connectComfyServerless({ baseUrl, apiKey })],
	['RunComfy', connectRunComfy({ apiKey })],
	['RunPod worker-comfyui', connectRunPod({ endpointId: 'abc123', apiKey })],
];

function howNoticed({ capabilities, watcher }: Host): string {
	if (!capabilities.watch) return '';
	if (capabilities.events) return 'at once, by events';
	if (!watcher) return '';
	return `by polling, every ${watcher.pausesMs.withoutEvents / 1000} seconds`;
}

test('the table of the page says what each host can report', () => {
	const [, between = ''] =
		/<!-- events:start -->(.*?)<!-- events:end -->/s.exec(read('docs/trigger.md')) ?? [];
	const rows = between.split('\n').filter((line) => line.startsWith('|') && !/^\|[ |:-]+\|$/.test(line));
	const cells = rows.map((row) =>
		row
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim()),
	);
	const yes = (can: boolean) => (can ? 'yes' : 'no');
	expect(cells.slice(1)).toEqual(
		HOSTS.map(([title, host]) => {
			const { watch, clientIds } = host.capabilities;
			return [title, yes(watch), yes(watch && clientIds), howNoticed(host)];
		}),
	);
});

test('every host that can be watched has a watcher', () => {
	for (const [title, { capabilities, watcher, pool }] of HOSTS)
		if (capabilities.watch)
			for (const one of pool ? [...pool.servers.values()] : [{ watcher }])
				expect([title, one.watcher]).toEqual([title, expect.anything()]);
});

test('the example posts the node that failed and what to do', async () => {
	const { nodes } = JSON.parse(read('examples/trigger/job-failed-to-chat.json')) as { nodes: INode[] };
	const trigger = nodes.find(({ type }) => type === nodeType('Trigger')) as INode;
	const chat = nodes.find(({ type }) => type.endsWith('.slack')) as INode;
	const known = properties.map(({ name }) => name);
	expect(known).toEqual(expect.arrayContaining(Object.keys(trigger.parameters)));
	const server = await LittleComfyUi.start();
	const engine = await startWholeEngine();
	const credentials = { comfyUiApi: { url: server.url } };
	const activation = await engine.activate({ nodes: [trigger], credentials });
	await server.submit(failing());
	await until(() => activation.executions.length > 0);
	const { text } = chat.parameters;
	const run = await engine.run({
		nodes: [{ name: 'Chat', type: 'test.set', parameters: { values: { text } } }],
		input: activation.executions[0].items as never,
	});
	expect(run.items('Chat')[0].json.text).toMatch(
		/^ComfyUI job failed: .*the node broke.*\nNode: TFail \(2\)\nWhat to do: .+\nJob: [\da-f-]{36}$/,
	);
	await activation.close();
	await engine.stop();
	await server.stop();
});
