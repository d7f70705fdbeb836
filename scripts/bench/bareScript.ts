import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

interface Output {
	images?: Array<{ filename: string; subfolder: string; type: string }>;
}

/**
 * What a script without any library would do: one socket, all jobs queued, and the files of each job read when its
 * last event comes. @returns the files of each job, in the order of the jobs
 */
export async function bareScript(url: string, prompts: Array<Record<string, unknown>>): Promise<Buffer[][]> {
	const clientId = randomUUID();
	const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?clientId=${clientId}`);
	const ended = new Map<string, () => void>();
	socket.on('message', (data, binary) => {
		if (binary) return;
		const { type, data: about } = JSON.parse(String(data)) as Message;
		if (type === 'executing' && about.node === null && about.prompt_id) ended.get(about.prompt_id)?.();
	});
	await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
	const runOne = async (prompt: Record<string, unknown>) => {
		const promptId = randomUUID();
		const end = new Promise<void>((resolve) => ended.set(promptId, resolve));
		const body = JSON.stringify({ prompt, client_id: clientId, prompt_id: promptId });
		const answer = await fetch(`${url}/prompt`, { method: 'POST', body });
		if (!answer.ok) throw new Error(`/prompt answered ${answer.status}`);
		await answer.arrayBuffer();
		await end;
		const history = (await (await fetch(`${url}/history/${promptId}`)).json()) as History;
		const images = Object.values(history[promptId].outputs).flatMap((output) => output.images ?? []);
		return await Promise.all(
			images.map(async (image) => {
				const file = await fetch(`${url}/view?${new URLSearchParams({ ...image }).toString()}`);
				return Buffer.from(await file.arrayBuffer());
			}),
		);
	};
	try {
		return await Promise.all(prompts.map(runOne));
	} finally {
		socket.close();
	}
}

interface Message {
	type: string;
	data: { node?: unknown; prompt_id?: string };
}

type History = Record<string, { outputs: Record<string, Output> }>;
