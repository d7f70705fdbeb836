import type { IExecuteFunctions } from 'n8n-workflow';
import { InvalidInputError } from '../../client/core/errors';
import type { DownloadOptions } from '../../client/hosts/Host';
import type { MediaKind } from '../../client/core/media';
import { withoutPreviews, type OutputFile } from '../../client/protocol/outputs';

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

/** Which files are wanted; what is left out lets all pass. */
interface Filters {
	/** Comma-separated ids, titles or classes. */
	nodes?: string | string[];
	/** Comma-separated keys. */
	keys?: string | string[];
	kinds?: MediaKind[];
	/** `auto`: previews only when there is nothing else. */
	which?: 'auto' | 'outputs' | 'previews' | 'both';
	maxFiles?: number;
}

/**
 * The files that pass the filters. What is a preview is looked at last, so that the previews of a node
 * that was asked for are not held back for the outputs of another.
 */
export function selectFiles(files: OutputFile[], filters: Filters): OutputFile[] {
	const nodes = names(filters.nodes);
	const keys = names(filters.keys);
	const kinds = [filters.kinds ?? []].flat();
	const wanted = files.filter(
		(file) =>
			(nodes.size === 0 || [file.nodeId, file.nodeTitle, file.nodeType].some((name) => isIn(nodes, name))) &&
			(keys.size === 0 || isIn(keys, file.key)) &&
			(kinds.length === 0 || kinds.includes(file.kind)),
	);
	const max = Number(filters.maxFiles ?? 0);
	const picked = pick(wanted, filters.which);
	return max > 0 ? picked.slice(0, max) : picked;
}

function pick(files: OutputFile[], which: Filters['which']): OutputFile[] {
	if (which === 'outputs') return files.filter(({ type }) => type !== 'temp');
	if (which === 'previews') return files.filter(({ type }) => type === 'temp');
	return which === 'auto' ? withoutPreviews(files) : files;
}

/** The names of a list; the whole text is one of them too, for titles with a comma. */
function names(value: string | string[] | undefined): Set<string> {
	const texts = [value ?? []].flat().map(String);
	return new Set(
		texts
			.flatMap((text) => [text, ...text.split(',')])
			.map(fold)
			.filter(Boolean),
	);
}

const fold = (text: string) => text.trim().toLowerCase();
const isIn = (wanted: Set<string>, name: string | undefined) => name !== undefined && wanted.has(fold(name));
