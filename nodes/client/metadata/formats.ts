import type { ByteReader } from './ByteReader';
import { hasText } from './binary';
import type { MetadataTexts } from './MetadataTexts';
import { readFlac } from './formats/flac';
import { readId3 } from './formats/id3';
import { readIsoMedia } from './formats/isoMedia';
import { readJpeg, readWebp } from './formats/jpegWebp';
import { isJson, readJsonFile } from './formats/jsonFile';
import { readMatroska } from './formats/matroska';
import { readOgg } from './formats/ogg';
import { readPng } from './formats/png';
import { isSafetensors, readGlb, readSafetensors } from './formats/models';

/** A file format that can contain a workflow. */
export interface FileFormat {
	/** Name in errors: `PNG picture`. */
	name: string;
	/** Whether the first bytes of a file have this format. */
	matches(head: Uint8Array): boolean;
	/**
	 * Reads texts until both workflows are found.
	 * @throws EndOfFile when the file is cut off or damaged
	 */
	read(file: ByteReader, found: MetadataTexts): Promise<void>;
}

/** What was read from a file. */
export interface FileContent {
	format: FileFormat;
	found: MetadataTexts;
	/** Whether the file ends too early, or is damaged. */
	isCutOff: boolean;
}

/** How many bytes from the start of a file decide its format. */
export const HEAD_LENGTH = 64;

/** Brands of still pictures and picture sequences, named in the file's first box. */
const AVIF_BRANDS = new Set(['avif', 'avis']);
const HEIF_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);
/** First boxes of old QuickTime files, which have no brand. */
const OLD_QUICKTIME = ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];

const isBranded = (head: Uint8Array) => hasText(head, 'ftyp', 4);
const brandOf = (head: Uint8Array) => String.fromCharCode(...head.subarray(8, 12));

const FORMATS: FileFormat[] = [
	{ name: 'PNG picture', matches: (head) => hasText(head, '\u0089PNG\r\n\u001a\n'), read: readPng },
	{
		name: 'WebP picture',
		matches: (head) => hasText(head, 'RIFF') && hasText(head, 'WEBP', 8),
		read: readWebp,
	},
	{ name: 'JPEG picture', matches: (head) => hasText(head, '\u00ff\u00d8\u00ff'), read: readJpeg },
	{
		name: 'AVIF picture',
		matches: (head) => isBranded(head) && AVIF_BRANDS.has(brandOf(head)),
		read: readIsoMedia,
	},
	{
		name: 'HEIF picture',
		matches: (head) => isBranded(head) && HEIF_BRANDS.has(brandOf(head)),
		read: readIsoMedia,
	},
	{
		name: 'MOV video',
		matches: (head) =>
			isBranded(head) ? brandOf(head) === 'qt  ' : OLD_QUICKTIME.some((type) => hasText(head, type, 4)),
		read: readIsoMedia,
	},
	{ name: 'MP4 file', matches: isBranded, read: readIsoMedia },
	{
		name: 'WebM or Matroska video',
		matches: (head) => hasText(head, '\u001aE\u00df\u00a3'),
		read: readMatroska,
	},
	{ name: 'FLAC file', matches: (head) => hasText(head, 'fLaC'), read: readFlac },
	{ name: 'Ogg or Opus file', matches: (head) => hasText(head, 'OggS'), read: readOgg },
	{ name: 'GLB model', matches: (head) => hasText(head, 'glTF'), read: readGlb },
	{ name: 'safetensors or latent file', matches: isSafetensors, read: readSafetensors },
	{ name: 'JSON file', matches: isJson, read: readJsonFile },
	{ name: 'MP3 file', matches: (head) => hasText(head, 'ID3'), read: readId3 },
	// An MP3 file without an ID3 tag cannot contain a workflow.
	{ name: 'MP3 file', matches: isMpegAudio, read: async () => {} },
];

/** The format of a file by its first bytes, never by its name; undefined when it is not supported. */
export function formatOf(head: Uint8Array): FileFormat | undefined {
	return FORMATS.find(({ matches }) => matches(head));
}

/** An MPEG audio frame: eleven set bits, then a valid version and layer. */
function isMpegAudio([first, second]: Uint8Array): boolean {
	return first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x18) !== 0x08 && (second & 0x06) !== 0;
}
