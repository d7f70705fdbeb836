import { copyNode, type ApiWorkflow } from '../../core/ApiWorkflow';
import { asError, ConnectionError, NotFoundError, UnreachableFileError } from '../../core/errors';
import { show } from '../../core/text';
import { SharedPromise } from '../../core/SharedPromise';
import { type AbortOptions, now } from '../../core/time';
import type { Download, DownloadOptions, FileAddress, HostFiles, Upload, UploadedFile } from '../HostFiles';
import type { Members } from './Members';
import type { Placement } from './Placement';
import type { PoolMember } from './PoolMember';
import { readFileValue, toPlainValue, type PoolFile } from './references';

/** A copy is made again after this: the file may have been replaced by another of the same name, ms. */
const COPIES_FOR_MS = 5 * 60_000;
const MAX_COPIES = 2_000;

/**
 * The files of a pool. An upload is on one server, and its value says on which. A job that runs on another server gets a
 * copy first.
 */
export class PoolFiles implements HostFiles {
	private readonly copies = new Map<string, { value: SharedPromise<string>; since: number }>();

	constructor(
		private readonly members: Members,
		private readonly placement: Placement,
	) {}

	/** Uploads to the server that will be free first, or to that of the original of a mask. */
	async upload(upload: Upload, { signal }: AbortOptions = {}): Promise<UploadedFile> {
		const stored = await this.uploadTo(upload, { signal });
		for (const key of this.copies.keys()) if (key.startsWith(`${stored.value}\n`)) this.copies.delete(key);
		return stored;
	}

	private async uploadTo(upload: Upload, { signal }: AbortOptions): Promise<UploadedFile> {
		const { maskOf, data } = upload;
		if (maskOf?.server !== undefined) {
			const { server, ...original } = maskOf;
			return await this.members.named(server).host.files.upload({ ...upload, maskOf: original }, { signal });
		}
		for (;;) {
			const job = { workflow: {}, withFiles: new Set<string>() };
			const { member, release } = await this.placement.choose(job, { signal });
			release(); // a file does not wait in the queue
			try {
				return await member.host.files.upload(upload, { signal });
			} catch (error) {
				const isDown = error instanceof ConnectionError && !signal?.aborted;
				if (isDown) member.state.fail(error);
				if (!isDown || !(data instanceof Uint8Array)) throw asError(error); // a stream is used up
			}
		}
	}

	/** @throws InvalidInputError when it is not known which server has the file */
	async download(file: FileAddress, options?: DownloadOptions): Promise<Download> {
		return await (await this.serverOf(file, options)).host.files.download(file, options);
	}

	addressOf(value: string): PoolFile | undefined {
		return readFileValue(value);
	}

	isReachable(value: string): boolean {
		const server = readFileValue(value)?.server;
		return server === undefined || this.members.find(server)?.state.failure === undefined;
	}

	fileUrl(file: FileAddress): string | undefined {
		return file.server === undefined ? undefined : this.members.find(file.server)?.host.files.fileUrl(file);
	}

	/** The servers that have files of a workflow. @throws NotFoundError for a server that the pool does not have */
	serversOf(workflow: ApiWorkflow): Set<string> {
		const servers = Object.values(workflow).flatMap(({ inputs }) =>
			Object.values(inputs).flatMap((value) => readFileValue(value)?.server ?? []),
		);
		return new Set(servers.map((server) => this.members.named(server).name));
	}

	/**
	 * The workflow as a server takes it: files of the pool become files of that server, and are copied there if they are on
	 * another.
	 * @throws UnreachableFileError when the server of a file is down, and others when the copy fails
	 */
	async bring(workflow: ApiWorkflow, to: PoolMember, { signal }: AbortOptions = {}): Promise<ApiWorkflow> {
		const changed: ApiWorkflow = {};
		for (const [nodeId, node] of Object.entries(workflow)) {
			for (const [input, value] of Object.entries(node.inputs)) {
				const file = readFileValue(value);
				if (!file) continue;
				changed[nodeId] ??= copyNode(node);
				changed[nodeId].inputs[input] =
					file.server === to.name
						? toPlainValue(file)
						: await this.copyOf(value as string, file, to, { signal });
			}
		}
		return Object.keys(changed).length > 0 ? { ...workflow, ...changed } : workflow;
	}

	private async copyOf(
		value: string,
		file: PoolFile,
		to: PoolMember,
		{ signal }: AbortOptions,
	): Promise<string> {
		const key = `${value}\n${to.name}`;
		const known = this.copies.get(key);
		const isCurrent = known && !known.value.spent && now() - known.since < COPIES_FOR_MS;
		const copy = isCurrent
			? known.value
			: new SharedPromise(async (options) => await this.copy(file, to, options));
		if (!isCurrent) this.copies.set(key, { value: copy, since: now() });
		if (this.copies.size > MAX_COPIES) this.copies.delete(this.copies.keys().next().value as string);
		return await copy.wait({ signal });
	}

	private async copy(file: PoolFile, to: PoolMember, { signal }: AbortOptions): Promise<string> {
		const { filename, subfolder, type } = file;
		const from = this.members.named(file.server);
		const { stream, size, mimeType } = await from.host.files
			.download(file, { signal })
			.catch((error: unknown) => {
				if (!(error instanceof ConnectionError)) throw asError(error);
				from.state.fail(error);
				throw unreachable(file, error);
			});
		const upload = {
			data: stream,
			filename,
			subfolder,
			type: type as Upload['type'],
			size,
			contentType: mimeType,
		};
		const stored = await to.host.files.upload(upload, { signal });
		return toPlainValue(readFileValue(stored.value) ?? { ...file, filename: stored.name });
	}

	/** The server that has a file. A file without the name of a server is looked for on all of them. */
	private async serverOf(file: FileAddress, { signal }: DownloadOptions = {}): Promise<PoolMember> {
		if (file.server !== undefined) return this.members.named(file.server);
		let missing: unknown;
		for (const member of this.members.all) {
			if (member.state.isPaused) continue;
			try {
				const { stream } = await member.host.files.download(file, { signal });
				for await (const piece of stream) if (piece) break; // leaving the loop ends the download
				return member;
			} catch (error) {
				if (signal?.aborted || !(error instanceof NotFoundError || error instanceof ConnectionError))
					throw asError(error);
				if (error instanceof NotFoundError || missing === undefined) missing = error;
			}
		}
		throw missing ?? new NotFoundError(`No server of the pool has the file "${file.filename}".`);
	}
}

function unreachable({ filename, server }: PoolFile, { message }: ConnectionError): UnreachableFileError {
	return new UnreachableFileError(
		`The file ${show(filename, 120)} is on the server "${server}", which cannot be reached, so it cannot be copied to another one. ${message}`,
		'Start the server again, or upload the file again: it then goes to a server that answers.',
	);
}
