import type { SocketHub } from '../socket/SocketHub';
import { previewFrame, previewWithMetadataFrame, textFrame, type ImageFormat } from '../socket/frames';
import type { StatusMessage } from '../types';
import { stringifyPython } from '../wire/pythonJson';

/**
 * Which sockets get which messages of one prompt. Without a client id, messages about the course of the prompt go to
 * no socket, and progress and previews to all sockets.
 */
export class PromptEvents {
	/** What history repeats of the events. */
	readonly messages: StatusMessage[] = [];

	constructor(
		private readonly hub: SocketHub,
		readonly promptId: string,
		readonly clientId: unknown,
		private readonly clockAheadMs: number,
	) {}

	private get isOwned(): boolean {
		return this.clientId !== null && this.clientId !== undefined;
	}

	/** An event that also goes into history, with a timestamp. */
	milestone(type: string, data: object, broadcast = false): void {
		const message = { ...data, timestamp: Date.now() + this.clockAheadMs };
		this.messages.push([type, message]);
		if (this.isOwned || broadcast) this.hub.json(type, message, this.clientId);
	}

	/** Only for the owner, never for all. */
	owner(type: string, data: object): void {
		if (this.isOwned) this.hub.json(type, data, this.clientId);
	}

	/** For the owner, or for all sockets if the prompt has no owner. */
	anyone(type: string, data: object): void {
		this.hub.json(type, data, this.clientId);
	}

	/** Progress text is sent to all sockets, not only to the owner of the prompt. */
	text(nodeId: string, text: string): void {
		this.hub.binary(textFrame(nodeId, text));
	}

	get wantsMetadata(): boolean {
		return this.hub.supports(this.clientId, 'supports_preview_metadata');
	}

	preview(format: ImageFormat, image: Buffer, metadata: object): void {
		if (!this.wantsMetadata) return this.hub.binary(previewFrame(format, image), this.clientId);
		const type = format === 'JPEG' ? 'image/jpeg' : 'image/png';
		const json = stringifyPython({ ...metadata, image_type: type });
		this.hub.binary(previewWithMetadataFrame(json, image), this.clientId);
	}
}
