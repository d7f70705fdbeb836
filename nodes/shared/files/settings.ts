import type { IExecuteFunctions } from 'n8n-workflow';
import { InvalidInputError } from '../../client/core/errors';
import type { DownloadOptions } from '../../client/hosts/Host';
import type { Filters } from './selectFiles';

/** What a node was told to do with the files of one item. */
export interface FileSettings {
	together: boolean;
	/** Binary field, or what its name begins with. */
	property: string;
	/** For pictures; other files cannot be converted. */
	conversion: Pick<DownloadOptions, 'preview' | 'channel'>;
	filters: Filters;
	fileName: string;
	includeDetails: boolean;
	includeInput: boolean;
	skipMissing: boolean;
	failWithoutFiles: boolean;
}

/** Reads the parameters for one item. @throws InvalidInputError when they contradict each other */
export function readFileSettings(context: IExecuteFunctions, itemIndex: number): FileSettings {
	const parameter = (name: string, fallback?: unknown) =>
		context.getNodeParameter(name, itemIndex, fallback) as unknown;
	const options = (parameter('options', {}) ?? {}) as Record<string, unknown>;
	return {
		together: parameter('output') === 'together',
		property: String(parameter('binaryPropertyName') ?? '').trim() || 'data',
		conversion: readConversion(parameter('convert'), parameter('quality', 90), options.channel),
		filters: (parameter('filters', {}) ?? {}) as Filters,
		fileName: String(options.fileName ?? '').trim(),
		includeDetails: options.includeDetails !== false,
		includeInput: options.includeInput === true,
		skipMissing: options.skipMissing === true,
		failWithoutFiles: options.whenNoFiles !== 'return',
	};
}

/**
 * With a channel that has an "a" in it the server makes WebP of everything, and never takes the alpha
 * channel out while it converts.
 */
function readConversion(convert: unknown, quality: unknown, channel: unknown): FileSettings['conversion'] {
	const only = channel === 'rgb' || channel === 'a' ? channel : undefined;
	if (convert !== 'webp' && convert !== 'jpeg') return { channel: only };
	if (only === 'a') {
		throw new InvalidInputError(
			'ComfyUI cannot convert the alpha channel alone.',
			'Set "Convert Images To" to "Original" (the channel is a PNG then), or "Channel" to another value.',
		);
	}
	return { preview: { format: convert, quality: readQuality(quality) }, channel: only };
}

function readQuality(value: unknown): number {
	const quality = Math.round(Number(value));
	if (quality >= 1 && quality <= 100) return quality;
	throw new InvalidInputError('The quality is not a number from 1 to 100.');
}
