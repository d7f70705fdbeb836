import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiWorkflow } from '../../../nodes/client';

interface Line {
	via?: string;
	method?: string;
	text?: string;
	binary_base64?: string;
	request?: { prompt: ApiWorkflow };
}

const lines = readFileSync(
	join(__dirname, '..', '..', 'fixtures', 'recordings', '0.3.64', 'normal.jsonl'),
	'utf8',
)
	.trim()
	.split('\n')
	.map((line) => JSON.parse(line) as Line);

/** The workflow whose run was recorded from a real server; its slow node hurries. */
export function recordedWorkflow(): ApiWorkflow {
	const sent = lines.find(({ method, request }) => method === 'POST' && request?.prompt);
	const workflow = structuredClone((sent as { request: { prompt: ApiWorkflow } }).request.prompt);
	for (const node of Object.values(workflow)) if ('seconds' in node.inputs) node.inputs.seconds = 0.02;
	return workflow;
}

/** Every event of that run as its type and which one of its type it is, from 1. */
export function recordedOrder(): Array<[type: string, which: number]> {
	const counts = new Map<string, number>();
	return lines
		.filter(({ via, text, binary_base64 }) => via === 'ws' && (text || binary_base64))
		.map(({ text }) => {
			const type = text ? (JSON.parse(text) as { type: string }).type : 'binary';
			counts.set(type, (counts.get(type) ?? 0) + 1);
			return [type, counts.get(type) as number];
		});
}
