import type { AbortOptions } from '../core/time';
import type { FileType, OutputFile } from '../protocol/outputs';
import type { ByteStream, FileData } from '../transport/http';

/** Reference to a file; `url`, `data` and `server` where the host returned them. */
export type FileAddress = Pick<OutputFile, 'filename' | 'subfolder' | 'type' | 'url' | 'data' | 'server'>;

/** A file to upload. */
export interface Upload {
	data: FileData;
	filename: string;
	contentType?: string;
	/** Bytes, when known; a file that is too large is then refused before it is sent. */
	size?: number;
	/** Default: the root of `type`. */
	subfolder?: string;
	/** Default `input`. */
	type?: Exclude<FileType, 'frame'>;
	/** Default false: the server keeps both files and renames the new one. */
	overwrite?: boolean;
	/** Makes it a mask: the server puts its alpha channel on a copy of this file. */
	maskOf?: { filename: string; subfolder?: string; type?: Exclude<FileType, 'frame'>; server?: string };
}

/** Where the server stored an upload. */
export interface UploadedFile {
	/** The name the server chose. */
	name: string;
	subfolder: string;
	type: string;
	/** The value for LoadImage and similar nodes: `sub/name`, with ` [temp]` or ` [output]` when it is not an input. */
	value: string;
	/** The short name of the server, on a pool. */
	server?: string;
}

/** How to download a file. */
export interface DownloadOptions {
	/** Re-encodes an image on the server; embedded metadata is lost. */
	preview?: { format: 'webp' | 'jpeg'; quality?: number };
	/** `rgb` drops the alpha channel, `a` keeps only it. */
	channel?: 'rgba' | 'rgb' | 'a';
	signal?: AbortSignal;
}

/** An opened file. */
export interface Download {
	stream: ByteStream;
	/** Bytes, when the server reports them. */
	size?: number;
	mimeType?: string;
}

/** Uploads and downloads files of one host. */
export interface HostFiles {
	/** Stores an input file. @throws InvalidInputError, TooLargeError, NotSupportedError before anything is sent */
	upload(upload: Upload, options?: AbortOptions): Promise<UploadedFile>;
	/** Opens a file as a stream. @throws NotFoundError when the host no longer has it */
	download(file: FileAddress, options?: DownloadOptions): Promise<Download>;
	/**
	 * The file that the `value` of an upload names; undefined for the name of a file in a folder of ComfyUI. Absent on hosts
	 * whose values are such names.
	 */
	addressOf?(value: string): FileAddress | undefined;
	/** Whether the server of an upload can be asked for it now, on a pool. @param value of the upload */
	isReachable?(value: string): boolean;
	/** The URL of a file, without credentials; undefined where files have no URL of their own. */
	fileUrl(file: FileAddress): string | undefined;
}
