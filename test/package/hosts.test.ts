import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
	connectComfyApiV2,
	connectComfyCloud,
	connectComfyDeploy,
	connectComfyServerless,
	connectPool,
	connectRunComfy,
	connectRunPod,
} from '../../nodes/client';
import type { Capabilities } from '../../nodes/client/hosts/capabilities';
import type { Host } from '../../nodes/client/hosts/Host';
import { connectSelfHosted } from '../../nodes/client/hosts/selfHosted/connect';
import { serverHosts as hostsOfObjectInfo } from '../../nodes/ObjectInfo/operationProperties';
import { hosts as hostsOfUpload } from '../../nodes/UploadImage/properties';
import type { HostName } from '../../nodes/shared/hosts/HostKind';
import { isExperimental } from '../../nodes/shared/hosts/properties';
import { hostKinds } from '../../nodes/shared/hosts/hostKinds';
import { root } from './packed';

const baseUrl = 'http://127.0.0.1:1';
const apiKey = 'key';

const HOSTS: Array<[title: string, name: HostName, host: Host]> = [
	['Self-hosted ComfyUI', 'selfHosted', connectSelfHosted({ url: baseUrl })],
	['ComfyUI Pool', 'pool', connectPool({ servers: [{ url: baseUrl }] })],
	['Comfy Cloud', 'comfyCloud', connectComfyCloud({ apiKey })],
	['Comfy API v2', 'comfyApiV2', connectComfyApiV2({ baseUrl })],
	['ComfyUI Deploy, hosted', 'comfyDeploy', connectComfyDeploy({ apiKey, generation: 'v2' })],
	['ComfyUI Deploy, web app', 'comfyDeploy', connectComfyDeploy({ apiKey, baseUrl, generation: 'webApp' })],
	['ComfyUI Serverless', 'comfyServerless', connectComfyServerless({ baseUrl, apiKey })],
	['RunComfy', 'runComfy', connectRunComfy({ apiKey })],
	['RunPod worker-comfyui', 'runPod', connectRunPod({ endpointId: 'abc123', apiKey })],
];

const WORKFLOWS: Record<Capabilities['workflows'], string> = {
	sent: 'any',
	deployed: 'deployed ones',
	both: 'any, deployed ones',
};
const UPLOADS: Record<Capabilities['uploads'], string> = {
	stored: 'yes',
	'with-job': 'with the job',
	none: 'no',
};
const yes = (can: boolean) => (can ? 'yes' : 'no');

const COLUMNS: Array<[title: string, cell: (capabilities: Capabilities, name: HostName) => string]> = [
	['Workflows', ({ workflows }) => WORKFLOWS[workflows]],
	['Editor format, checks', ({ catalogue }) => yes(catalogue)],
	['Saved workflows', ({ userFiles }) => yes(userFiles)],
	['Files for inputs', ({ uploads }) => UPLOADS[uploads]],
	['Upload Image', (_capabilities, name) => yes(hostsOfUpload.includes(name))],
	['Object Info', (_capabilities, name) => yes(hostsOfObjectInfo.includes(name))],
	['Progress', ({ progress }) => yes(progress)],
	['Previews', ({ previews }) => yes(previews)],
	['Cancel', ({ cancel }) => yes(cancel)],
	['Resume by Webhook', ({ callbacks }) => yes(callbacks)],
];

const table = [
	['Host', ...COLUMNS.map(([title]) => title)],
	...HOSTS.map(([title, name, { capabilities }]) => [
		isExperimental(name) ? `${title} (experimental)` : title,
		...COLUMNS.map(([, cell]) => cell(capabilities, name)),
	]),
];

/** The cells between the marks of a document. */
function written(file: string): string[][] {
	const text = readFileSync(path.join(root, file), 'utf8');
	const [, between = ''] = /<!-- hosts:start -->(.*?)<!-- hosts:end -->/s.exec(text) ?? [];
	const rows = between.split('\n').filter((line) => line.startsWith('|') && !/^\|[ |:-]+\|$/.test(line));
	return rows.map((row) =>
		row
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim()),
	);
}

describe('the table of hosts', () => {
	it('in docs/hosts.md says what the code can do', () => {
		expect(written('docs/hosts.md')).toEqual(table);
	});

	it('has every host that the nodes offer', () => {
		expect(new Set(HOSTS.map(([, name]) => name))).toEqual(new Set(Object.keys(hostKinds)));
	});
});
