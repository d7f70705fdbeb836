import type { IExecuteFunctions } from 'n8n-workflow';
import { InvalidInputError } from '../../client/core/errors';
import type { DownloadOptions } from '../../client/hosts/Host';
import type { MediaKind } from '../../client/core/media';
import { isTool } from '../agent';
import { withoutPreviews, type OutputFile } from '../../client/protocol/outputs';

/** The parameters about files for one item. */
export interface FileSettings {
	together: boolean;
	/** Name of the binary field, or the beginning of several names. */
	property: string;
	/** For images; other files cannot be converted. */
	conversion: Pick<DownloadOptions, 'preview' | 'channel'>;
	filters: Filters;
	fileName: string;
	includeDetails: boolean;
	/** Whether to add n8n's download link: `asked` when the user chose it, so that a missing link is reported. */
	downloadLink: 'asked' | 'default' | 'none';
	/** How long the link is valid. */
	linkHours: number;
	/** Output of version 1 of the node: the name and the URL on the server as `filename` and `url`. */
	hasOldNames: boolean;
	includeInput: boolean;
	skipMissing: boolean;
	failWithoutFiles: boolean;
}

/** Reads the parameters for one item. @throws InvalidInputError when they contradict each other */
export function readFileSettings(context: IExecuteFunctions, itemIndex: number): FileSettings {
	const parameter = (name: string, fallback?: unknown) =>
		context.getNodeParameter(name, itemIndex, fallback) as unknown;
	const options = (parameter('options', {}) ?? {}) as Record<string, unknown>;
	const hasOldNames = context.getNode().typeVersion < 1.1;
	return {
		together: parameter('output') === 'together',
		property: String(parameter('binaryPropertyName') ?? '').trim() || 'data',
		conversion: readConversion(parameter('convert'), parameter('quality', 90), options.channel),
		filters: (parameter('filters', {}) ?? {}) as Filters,
		fileName: String(options.fileName ?? '').trim(),
		...readDetails(options, isTool(context), hasOldNames),
		hasOldNames,
		includeInput: options.includeInput === true,
		skipMissing: options.skipMissing === true,
		failWithoutFiles: options.whenNoFiles !== 'return',
	};
}

/** An agent gets few facts, unless the user wants all of them. In version 1 it got all. */
function readDetails(
	{ includeDetails, includeDownloadLink, linkHours }: Record<string, unknown>,
	isAgent: boolean,
	isOld: boolean,
): Pick<FileSettings, 'includeDetails' | 'downloadLink' | 'linkHours'> {
	const hours = Number(linkHours ?? 24);
	if (!(hours > 0 && hours <= MAX_LINK_HOURS)) {
		throw new InvalidInputError(
			`"Download Link Valid For (Hours)" is not a number up to ${MAX_LINK_HOURS}.`,
			'Enter a number such as 24.',
		);
	}
	const byDefault = isAgent || !isOld ? 'default' : 'none';
	return {
		includeDetails: isAgent ? isOld || includeDetails === true : includeDetails !== false,
		downloadLink: includeDownloadLink === false ? 'none' : includeDownloadLink === true ? 'asked' : byDefault,
		linkHours: hours,
	};
}

/** A year. */
const MAX_LINK_HOURS = 8784;

/**
 * The server cannot convert and extract the alpha channel in one request: with a channel whose name contains an "a" it
 * always returns WebP with all channels.
 */
function readConversion(convert: unknown, quality: unknown, channel: unknown): FileSettings['conversion'] {
	const only = channel === 'rgb' || channel === 'a' ? channel : undefined;
	if (convert !== 'webp' && convert !== 'jpeg') return { channel: only };
	if (only === 'a') {
		throw new InvalidInputError(
			'ComfyUI cannot convert only the alpha channel.',
			'Set "Convert Images To" to "Original" to get the channel as PNG, or set "Channel" to another value.',
		);
	}
	return { preview: { format: convert, quality: readQuality(quality) }, channel: only };
}

function readQuality(value: unknown): number {
	const quality = Math.round(Number(value));
	if (quality >= 1 && quality <= 100) return quality;
	throw new InvalidInputError('"Quality" is not a number from 1 to 100.');
}

/** Which files to download. A filter that is not set matches all files. */
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
 * The files that match the filters. Previews are filtered last, so that the outputs of one node do not remove the
 * previews of another, selected node.
 */
export function selectFiles(files: OutputFile[], filters: Filters): OutputFile[] {
	const nodes = names(filters.nodes);
	const keys = names(filters.keys);
	const mediaKinds = [filters.kinds ?? []].flat();
	const wanted = files.filter(
		(file) =>
			(nodes.size === 0 || [file.nodeId, file.nodeTitle, file.nodeType].some((name) => isIn(nodes, name))) &&
			(keys.size === 0 || isIn(keys, file.key)) &&
			(mediaKinds.length === 0 || mediaKinds.includes(file.kind)),
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

/** The names of a comma-separated list. The whole text is also a name, because titles may contain a comma. */
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
