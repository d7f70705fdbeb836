import { decodePng, isPng, readTexts } from '../../server/pictures/decodePng';
import type { LittleComfyUi } from '../../server';
import { normaliseBody, normaliseStream, type Stream } from './normalise';
import type { HttpRow, Recording, SocketRow } from './recording';
import { Socket } from './Socket';
import { until } from './until';
import { uploadForm } from './uploads';

export interface Exchange {
	request: string;
	recorded: unknown;
	replayed: unknown;
}

export interface Comparison {
	exchanges: Exchange[];
	sockets: Record<string, { recorded: Stream; replayed: Stream }>;
}

function frameOf({ text, binary_base64: binary }: SocketRow): string | Buffer {
	return text ?? Buffer.from(binary ?? '', 'base64');
}

function isFrame(row: SocketRow): boolean {
	return row.text !== undefined || row.binary_base64 !== undefined;
}

function describeBytes(bytes: Buffer): unknown {
	if (!isPng(bytes)) return bytes.toString('latin1', 0, 4);
	return { pixels: decodePng(bytes), texts: readTexts(bytes) };
}

/**
 * Does what the recording says, row by row. An action waits until everything has arrived that the
 * recording shows before it; asking for the history of a finished prompt waits until it has finished.
 */
export class Replay {
	private readonly sockets = new Map<string, Socket>();
	private readonly recorded = new Map<string, (string | Buffer)[]>();
	private readonly exchanges: Exchange[] = [];

	/** `promptIds`: those of the replay, and what they are called in the recording; shared by all scenarios. */
	constructor(
		private readonly server: LittleComfyUi,
		private readonly promptIds: Map<string, string>,
	) {}

	async run({ rows }: Recording): Promise<Comparison> {
		for (const row of rows) {
			if (row.via === 'http') await this.request(row);
			else if (isFrame(row)) this.recorded.get(row.socket)?.push(frameOf(row));
			else await this.act(row);
		}
		const sockets = [...this.sockets.keys()].map((name) => [name, this.streams(name)]);
		return { exchanges: this.exchanges, sockets: Object.fromEntries(sockets) as Comparison['sockets'] };
	}

	private streams(name: string): { recorded: Stream; replayed: Stream } {
		const frames = this.sockets.get(name)?.frames ?? [];
		const replayed = frames.map((frame) => this.renameFrame(frame));
		return { recorded: normaliseStream(this.recorded.get(name) ?? []), replayed: normaliseStream(replayed) };
	}

	private async act({ socket: name, open, sent }: SocketRow): Promise<void> {
		if (open !== undefined) {
			this.recorded.set(name, []);
			this.sockets.set(name, await Socket.open(this.server.url + open));
		} else if (sent !== undefined) this.sockets.get(name)?.send(sent);
		else {
			await this.caughtUp();
			await this.sockets.get(name)?.close();
		}
	}

	private async caughtUp(): Promise<void> {
		for (const [name, socket] of this.sockets) {
			const behind = () => {
				const { recorded, replayed } = this.streams(name);
				return replayed.messages.length < recorded.messages.length;
			};
			const what = () => JSON.stringify(this.streams(name), null, 1);
			await until(() => !socket.isOpen || !behind(), what);
		}
	}

	private async request(row: HttpRow): Promise<void> {
		await this.caughtUp();
		if (row.path.startsWith('/history/') && row.body !== '{}') await this.server.idle();
		const response = await fetch(this.server.url + this.pathOf(row), {
			method: row.method,
			body: this.bodyOf(row),
		});
		const bytes = Buffer.from(await response.arrayBuffer());
		this.learnId(row, bytes);
		const replayed = {
			status: response.status,
			headers: this.headersOf(row, Object.fromEntries(response.headers)),
			body: row.body_base64 ? describeBytes(bytes) : normaliseBody(this.rename(bytes.toString())),
		};
		const binary = row.body_base64 && describeBytes(Buffer.from(row.body_base64, 'base64'));
		const recorded = {
			status: row.status,
			headers: this.headersOf(row, lowerCase(row.headers)),
			body: binary ?? normaliseBody(row.body ?? ''),
		};
		this.exchanges.push({ request: `${row.method} ${row.path}`, recorded, replayed });
	}

	/** With the ids and the temp letters of this server. */
	private pathOf({ path }: HttpRow): string {
		const letters = /ComfyUI_temp_[a-z]{5}/.exec(this.server.files.list('temp').join())?.[0] ?? '';
		return this.rename(path, true).replace(/ComfyUI_temp_[a-z]{5}/, letters);
	}

	private bodyOf({ path, request }: HttpRow): string | FormData | undefined {
		if (request === null) return undefined;
		if (path === '/upload/image') return uploadForm(String(request));
		return this.rename(typeof request === 'string' ? request : JSON.stringify(request), true);
	}

	/** The type, and what goes with it when the recording has it: a name, a tag, ranges. */
	private headersOf(row: HttpRow, headers: Record<string, string>): object {
		const names = Object.keys(lowerCase(row.headers));
		return {
			type: names.includes('content-type') ? headers['content-type'] : undefined,
			disposition: normaliseBody(headers['content-disposition'] ?? ''),
			tagged: headers['etag'] !== undefined,
			ranges: headers['accept-ranges'],
		};
	}

	private learnId(row: HttpRow, bytes: Buffer): void {
		if (row.path !== '/prompt' || row.status !== 200) return;
		const id = (text: string) => (JSON.parse(text) as { prompt_id: string }).prompt_id;
		this.promptIds.set(id(bytes.toString()), id(row.body ?? ''));
	}

	private rename(text: string, backwards = false): string {
		let renamed = text;
		for (const [replayed, recorded] of this.promptIds)
			renamed = backwards ? renamed.replaceAll(recorded, replayed) : renamed.replaceAll(replayed, recorded);
		return renamed;
	}

	/** latin1 keeps every byte of a binary frame, and ids are ASCII of equal length. */
	private renameFrame(frame: string | Buffer): string | Buffer {
		if (typeof frame === 'string') return this.rename(frame);
		return Buffer.from(this.rename(frame.toString('latin1')), 'latin1');
	}
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
