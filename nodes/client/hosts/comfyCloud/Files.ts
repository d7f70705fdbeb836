import type { AbortOptions } from '../../core/time';
import { isAssetUrl, type Files as FilesV2 } from '../comfyApiV2/Files';
import type { Download, DownloadOptions, FileAddress, HostFiles, Upload, UploadedFile } from '../HostFiles';
import type { ApiVersion } from './ApiVersion';
import { assertSize, type FilesV1 } from './FilesV1';

/** Stores files over the Comfy API v2. Masks, and files that v1 listed, go over v1. */
export class Files implements HostFiles {
	constructor(
		private readonly version: ApiVersion,
		private readonly v2: FilesV2,
		private readonly v1: FilesV1,
	) {}

	async upload(upload: Upload, { signal }: AbortOptions = {}): Promise<UploadedFile> {
		assertSize(upload);
		const isInput = !upload.maskOf && (upload.type ?? 'input') === 'input';
		const isV2 = isInput && (await this.version.find({ signal })) === 'v2';
		return await (isV2 ? this.v2 : this.v1).upload(upload, { signal });
	}

	async download(file: FileAddress, options: DownloadOptions = {}): Promise<Download> {
		return await (this.isV2(file) ? this.v2 : this.v1).download(file, options);
	}

	addressOf(value: string): FileAddress | undefined {
		return this.v2.addressOf(value);
	}

	fileUrl(file: FileAddress): string | undefined {
		return (this.isV2(file) ? this.v2 : this.v1).fileUrl(file);
	}

	private isV2({ url }: FileAddress): boolean {
		return url !== undefined && isAssetUrl(url);
	}
}
