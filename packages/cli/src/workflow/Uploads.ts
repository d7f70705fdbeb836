import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';
import type { ComfyUiClient } from 'comfyui-workflows-client';
import { UsageError } from '../errors';

/** Size of a file on this computer. @throws UsageError when there is none */
export function sizeOf(file: string): number {
	const found = statSync(file, { throwIfNoEntry: false });
	if (!found) throw new UsageError(`There is no file ${file}.`);
	if (!found.isFile()) throw new UsageError(`${file} is no file.`);
	return found.size;
}

/** Uploads files for inputs, each once. A file of the same name on the server is not overwritten. */
export class Uploads {
	private readonly uploaded = new Map<string, Promise<string>>();

	constructor(private readonly client: ComfyUiClient) {}

	/** The value for the input that takes the file. */
	async upload(file: string, { signal }: { signal: AbortSignal }): Promise<string> {
		const uploading = this.uploaded.get(file) ?? this.send(file, { signal });
		this.uploaded.set(file, uploading);
		uploading.catch(() => this.uploaded.delete(file)); // a retry of the job tries again
		return await uploading;
	}

	private async send(file: string, { signal }: { signal: AbortSignal }): Promise<string> {
		const size = sizeOf(file);
		const upload = { data: createReadStream(file), filename: path.basename(file), size, overwrite: false };
		return (await this.client.uploadImage(upload, { signal })).value;
	}
}
