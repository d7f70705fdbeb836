import type { ByteReader } from './ByteReader';
import { spells } from './binary';
import type { EmbeddedTexts } from './EmbeddedTexts';
import { readFlac } from './formats/flac';
import { readGlb } from './formats/glb';
import { readId3 } from './formats/id3';
import { readIsoMedia } from './formats/isoMedia';
import { readJpeg } from './formats/jpeg';
import { isJson, readJsonFile } from './formats/jsonFile';
import { readMatroska } from './formats/matroska';
import { readOgg } from './formats/ogg';
import { readPng } from './formats/png';
import { isSafetensors, readSafetensors } from './formats/safetensors';
import { readWebp } from './formats/webp';

/** A kind of file that a workflow can be read from. */
export interface FileKind {
	/** As errors call it: `PNG picture`. */
	name: string;
	/** Whether a file is of this kind, told by its first bytes. */
	matches(head: Uint8Array): boolean;
	/**
	 * Reads what is of interest, until all is found.
	 * @throws EndOfFile when the file is cut off, or goes on in a way that cannot be read
	 */
	read(file: ByteReader, found: EmbeddedTexts): Promise<void>;
}

/** How many of the first bytes are looked at. */
export const HEAD_LENGTH = 64;

/** Brands of still pictures and their sequences, as the file's first box names them. */
const AVIF_BRANDS = new Set(['avif', 'avis']);
const HEIF_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);
/** First boxes of QuickTime files from before there were brands. */
const OLD_QUICKTIME = ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];

const isBranded = (head: Uint8Array) => spells(head, 'ftyp', 4);
const brandOf = (head: Uint8Array) => String.fromCharCode(...head.subarray(8, 12));

const KINDS: FileKind[] = [
	{ name: 'PNG picture', matches: (head) => spells(head, '\u0089PNG\r\n\u001a\n'), read: readPng },
	{
		name: 'WebP picture',
		matches: (head) => spells(head, 'RIFF') && spells(head, 'WEBP', 8),
		read: readWebp,
	},
	{ name: 'JPEG picture', matches: (head) => spells(head, '\u00ff\u00d8\u00ff'), read: readJpeg },
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
			isBranded(head) ? brandOf(head) === 'qt  ' : OLD_QUICKTIME.some((type) => spells(head, type, 4)),
		read: readIsoMedia,
	},
	{ name: 'MP4 file', matches: isBranded, read: readIsoMedia },
	{
		name: 'WebM or Matroska video',
		matches: (head) => spells(head, '\u001aE\u00df\u00a3'),
		read: readMatroska,
	},
	{ name: 'FLAC file', matches: (head) => spells(head, 'fLaC'), read: readFlac },
	{ name: 'Ogg or Opus file', matches: (head) => spells(head, 'OggS'), read: readOgg },
	{ name: 'GLB model', matches: (head) => spells(head, 'glTF'), read: readGlb },
	{ name: 'safetensors or latent file', matches: isSafetensors, read: readSafetensors },
	{ name: 'JSON file', matches: isJson, read: readJsonFile },
	{ name: 'MP3 file', matches: (head) => spells(head, 'ID3'), read: readId3 },
	// Without a tag before the sound there is no place for a workflow.
	{ name: 'MP3 file', matches: isMpegSound, read: async () => {} },
];

/** The kind of a file, told by its first bytes and never by its name; undefined for every other kind. */
export function kindOf(head: Uint8Array): FileKind | undefined {
	return KINDS.find(({ matches }) => matches(head));
}

/** Eleven bits that are set, then a version and a layer that are in use. */
function isMpegSound([first, second]: Uint8Array): boolean {
	return first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x18) !== 0x08 && (second & 0x06) !== 0;
}
