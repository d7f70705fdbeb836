import { ComfyUiClient } from '../../nodes/client';

const LOOK_EVERY_MS = 150;

/** Tells how the queue moves, until the returned function is called. */
export function watchQueue(url: string, say: (text: string) => void): () => Promise<void> {
	const client = ComfyUiClient.connect({ url });
	let last = '';
	let busy = false;
	const timer = setInterval(async () => {
		if (busy) return;
		busy = true;
		const entries = await client.getQueue().catch(() => undefined);
		busy = false;
		if (!entries) return;
		const running = entries.filter(({ state }) => state === 'running').length;
		const text = `${running} running, ${entries.length - running} waiting`;
		if (text !== last && (entries.length > 0 || last)) say(`      server: ${text}`);
		last = text;
	}, LOOK_EVERY_MS);
	return async () => {
		clearInterval(timer);
		await client.close();
	};
}
