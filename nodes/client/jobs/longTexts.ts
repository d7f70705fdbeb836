import { isRecord } from '../core/guards';
import { cutText } from '../core/text';
import type { CollectedOutputs, OutputFile, OutputText, RawOutputs } from '../protocol/outputs';

/** Characters; a longer text becomes a file. Items of n8n are copied and stored often, files are not. */
const MAX_TEXT = 1_000_000;
/** Characters of all texts of a job together. */
const MAX_TEXTS = 4_000_000;
/** What a result keeps of a text that became a file, or of a long fact. Characters. */
const KEPT = 1_000;
/** Characters of all raw outputs together, as JSON. */
const MAX_OUTPUTS = 16_000_000;
/** Characters of the facts about one file. */
const MAX_INFO = 1_000_000;

/** What is left of outputs within the limits, and remarks about the rest. */
export interface LimitedOutputs extends CollectedOutputs {
	outputs: RawOutputs;
	remarks: string[];
}

/**
 * Limits what nodes returned: long texts become files whose bytes are in `data`, long facts are cut or left out.
 * @param raw not nested deeper than `MAX_LEVELS`
 */
export function limitOutputs(promptId: string, raw: RawOutputs, found: CollectedOutputs): LimitedOutputs {
	const { texts, files } = moveLongTexts(promptId, found.texts);
	const cuts = { count: 0 };
	const outputs = sizeOf(raw, MAX_OUTPUTS) > MAX_OUTPUTS ? undefined : (cutTexts(raw, cuts) as RawOutputs);
	const large = found.files.filter(({ info }) => info && sizeOf(info, MAX_INFO) > MAX_INFO);
	const remarks = [
		...files.map(({ nodeId, nodeTitle, filename, data }) => {
			const node = nodeTitle ? `"${nodeTitle}"` : nodeId;
			return `A text of node ${node} is in the file ${filename} (${data?.byteLength} bytes), because it is too long for a result.`;
		}),
		outputs ? '' : 'The raw outputs are left out, because they are too large for a result.',
		cuts.count > 0 ? `Texts in the raw outputs are cut after ${KEPT} characters: ${cuts.count}.` : '',
		large.length > 0 ? `Facts about files are left out, because they are too large: ${large.length}.` : '',
	];
	return {
		texts,
		files: [
			...found.files.map((file) => (large.includes(file) ? { ...file, info: undefined } : file)),
			...files,
		],
		outputs: outputs ?? {},
		remarks: remarks.filter(Boolean),
	};
}

function moveLongTexts(promptId: string, found: readonly OutputText[]): CollectedOutputs {
	const files: OutputFile[] = [];
	let total = 0;
	const texts = found.map((one) => {
		const { text, nodeId, nodeTitle, key } = one;
		if (text.length <= MAX_TEXT && total + text.length <= MAX_TEXTS) {
			total += text.length;
			return one;
		}
		const place = [promptId, nodeId, key].map((part) => part.replace(/[^\w-]+/g, '_')).join('_');
		files.push({
			nodeId,
			nodeTitle,
			key,
			filename: `${place.slice(0, 150)}_${String(files.length + 1).padStart(5, '0')}.txt`,
			subfolder: '',
			type: 'frame',
			kind: 'text',
			mimeType: 'text/plain',
			data: new TextEncoder().encode(text),
		});
		return { ...one, text: shortened(text) };
	});
	return { texts, files };
}

const shortened = (text: string) => `${cutText(text, KEPT)}… (${text.length} characters)`;

/** Copies only what contains a long text. */
function cutTexts(value: unknown, cuts: { count: number }): unknown {
	if (typeof value === 'string') {
		if (value.length <= MAX_TEXT) return value;
		cuts.count += 1;
		return shortened(value);
	}
	if (Array.isArray(value)) {
		const items = value.map((item) => cutTexts(item, cuts));
		return items.every((item, index) => item === value[index]) ? value : items;
	}
	if (!isRecord(value)) return value;
	const members = Object.entries(value).map(([name, item]) => [name, cutTexts(item, cuts)] as const);
	return members.every(([name, item]) => item === value[name]) ? value : Object.fromEntries(members);
}

/** About the length of the JSON, long texts counted as they are cut; ends when it passes the limit. */
function sizeOf(value: unknown, limit: number): number {
	let size = 0;
	for (const rest = [value]; rest.length > 0 && size <= limit; ) {
		const item = rest.pop();
		size += 8;
		if (typeof item === 'string') size += item.length > MAX_TEXT ? KEPT : item.length;
		else if (Array.isArray(item)) for (const one of item) rest.push(one);
		else if (isRecord(item)) {
			for (const [name, one] of Object.entries(item)) {
				size += name.length;
				rest.push(one);
			}
		}
	}
	return size;
}
