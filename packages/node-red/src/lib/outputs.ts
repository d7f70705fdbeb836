import {
	ConnectionError,
	InvalidInputError,
	isComfyUiError,
	NotFoundError,
	TooLargeError,
	type ComfyUiClient,
	type JobResult,
	type OutputFile,
} from 'comfyui-workflows-client';
import { setTimeout as pause } from 'node:timers/promises';
import { Readable } from 'node:stream';
import type { Message, Red, RedNode } from './nodeRed';

/** What a node that fetches files sends, as the editor saves it. */
export interface OutputConfig {
	/** A message per file, one message with all files, or only the facts. */
	output?: 'each' | 'all' | 'facts';
	payload?: 'buffer' | 'stream';
}

/** A Buffer may not take all memory of the machine on which Node-RED runs. */
const MAX_BUFFER_BYTES = 1024 ** 3;
const DOWNLOAD_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 1_000;

/** What a message says about a file. Its bytes are not enumerable, and stay out. */
const factsOf = (file: OutputFile): OutputFile => ({ ...file });

/** A job that ended well, and what is said about it in `msg.comfyui`. */
export interface Outcome {
	result: Pick<JobResult, 'files' | 'texts'>;
	facts: Record<string, unknown>;
}

/**
 * Sends the messages of a job that ended well: the files one after the other, each as soon as it is downloaded.
 * @returns how many files there were
 * @throws NotFoundError when the job made neither files nor texts; ConnectionError when a download keeps failing
 */
export async function sendOutputs(
	context: { red: Red; node: RedNode; message: Message; send: (message: Message) => void },
	client: ComfyUiClient,
	{ result, facts }: Outcome,
	config: OutputConfig,
	{ signal }: { signal?: AbortSignal },
): Promise<number> {
	const { message, send } = context;
	const { files, texts } = result;
	const { output = 'each' } = config;
	if (output === 'facts') {
		const payload = files.map(factsOf);
		send(Object.assign(message, { payload, comfyui: { ...facts, files: payload } }));
		return files.length;
	}
	if (files.length === 0) {
		if (texts.length === 0) throw noOutput();
		send(Object.assign(message, { payload: texts.map(({ text }) => text), comfyui: facts }));
		return 0;
	}
	const read = reader(context, client, config, { signal });
	if (output === 'all') {
		const payload: unknown[] = [];
		for (const file of files) payload.push(await read(file));
		send(Object.assign(message, { payload, comfyui: { ...facts, files: files.map(factsOf) } }));
		return files.length;
	}
	const id = context.red.util.generateId();
	const outer = message.parts;
	for (const [index, file] of files.entries()) {
		const payload = await read(file);
		const parts = { id, type: 'array', count: files.length, len: 1, index, ...(outer && { parts: outer }) };
		// The last file gets the message itself, so that a request of an HTTP In node stays attached to it.
		const isLast = index === files.length - 1;
		const next = isLast ? message : context.red.util.cloneMessage({ ...message, payload: undefined });
		const comfyui = { ...facts, file: factsOf(file) };
		send(Object.assign(next, { payload, parts, filename: file.filename, comfyui }));
	}
	return files.length;
}

const noOutput = () =>
	new NotFoundError(
		'The job made neither files nor texts.',
		'Add a node that saves files (such as Save Image) to the workflow.',
	);

type ReadFile = (file: OutputFile) => Promise<Buffer | Readable>;

function reader(
	{ node }: { node: RedNode },
	client: ComfyUiClient,
	{ payload = 'buffer' }: OutputConfig,
	{ signal }: { signal?: AbortSignal },
): ReadFile {
	if (payload === 'buffer') return async (file) => await readBuffer(client, file, { signal });
	assertOneWire(node);
	return async (file) => await Promise.resolve(lazyStream(client, file));
}

/** Node-RED copies a message for each further wire, and a copy of a stream cannot be read. @throws InvalidInputError */
function assertOneWire(node: RedNode): void {
	const { wires = [] } = node as RedNode & { wires?: unknown[][] };
	if (wires.every((targets) => targets.length <= 1)) return;
	throw new InvalidInputError(
		'The payload is a stream, and the output has more than one wire: only one node can read a stream.',
		'Remove the other wires, or let the node send Buffers.',
	);
}

/** Opens the file when the first bytes are read, so that no connection waits for the flow. */
function lazyStream(client: ComfyUiClient, file: OutputFile): Readable {
	const open = async function* () {
		yield* await client.download(file);
	};
	return Readable.from(open(), { objectMode: false });
}

async function readBuffer(
	client: ComfyUiClient,
	file: OutputFile,
	{ signal }: { signal?: AbortSignal },
): Promise<Buffer> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await readOnce(client, file, { signal });
		} catch (error) {
			if (attempt === DOWNLOAD_ATTEMPTS || signal?.aborted || !mayPass(error)) throw error;
			await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1), undefined, { signal });
		}
	}
}

async function readOnce(
	client: ComfyUiClient,
	file: OutputFile,
	{ signal }: { signal?: AbortSignal },
): Promise<Buffer> {
	const { stream, size } = await client.openFile(file, { signal });
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	try {
		for await (const chunk of stream) {
			bytes += chunk.byteLength;
			if (bytes > MAX_BUFFER_BYTES) throw tooLarge(file);
			chunks.push(chunk);
		}
	} catch (error) {
		throw isComfyUiError(error) || signal?.aborted ? error : brokenOff(file);
	}
	if (size !== undefined && bytes !== size) throw brokenOff(file);
	return Buffer.concat(chunks, bytes);
}

const brokenOff = ({ filename }: OutputFile) =>
	new ConnectionError(
		`The download of ${filename} broke off.`,
		'reset',
		'The file stays on the server: fetch it again with ComfyUI get and the prompt ID.',
	);

/** Whether a download may succeed when it is tried again: no connection, a busy server, a stream that broke off. */
function mayPass(error: unknown): boolean {
	if (!isComfyUiError(error)) return false;
	const { status = 0 } = error as { status?: number };
	return error.code === 'connection' || (error.code === 'http' && (status >= 500 || status === 429));
}

const tooLarge = ({ filename }: OutputFile) =>
	new TooLargeError(
		`The file ${filename} is larger than 1 GiB.`,
		'Let the node send streams, and write them to disk with another node.',
	);
