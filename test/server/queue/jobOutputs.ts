import type { NodeOutput } from '../types';

type FileItem = Record<string, unknown> & { filename?: string };

const PREVIEWABLE = ['images', 'video', 'audio', '3d', 'text'];
const MAX_TEXT = 1024;

function fileFor3d(item: string): FileItem | undefined {
	if (!/\.(obj|fbx|gltf|glb|usdz)$/i.test(item)) return undefined;
	return { filename: item, type: 'output', subfolder: '', mediaType: '3d' };
}

function asFile(item: unknown): FileItem | undefined {
	if (typeof item === 'string') return fileFor3d(item);
	return item !== null && typeof item === 'object' && !Array.isArray(item) ? (item as FileItem) : undefined;
}

function isPreviewable(key: string, item: FileItem): boolean {
	if (PREVIEWABLE.includes(key)) return true;
	if (/^(video|audio)\//.test(String(item['format'] ?? ''))) return true;
	return /\.(obj|fbx|gltf|glb|usdz|txt|md|json)$/i.test(item.filename ?? '');
}

function isText(key: string, item: FileItem): boolean {
	return key === 'text' || /\.(txt|md|json)$/i.test(item.filename ?? '');
}

function textPreview(text: string): object {
	return text.length <= MAX_TEXT ? { content: text } : { content: text.slice(0, MAX_TEXT), truncated: true };
}

/** Saved pictures before temporary ones, these before text files, and plain text last. */
function rank(key: string, item: FileItem): number {
	if (isText(key, item)) return 2;
	return item['type'] === 'output' ? 0 : 1;
}

/** Counts and the preview of a finished job. Plain texts can be the preview, but are not counted. */
export function summarise(outputs: Record<string, NodeOutput>) {
	const previews: { rank: number; preview: object }[] = [];
	let [outputs_count, previewable_outputs_count] = [0, 0];
	for (const [nodeId, output] of Object.entries(outputs))
		for (const [mediaType, items] of Object.entries(output)) {
			if (mediaType === 'animated' || !Array.isArray(items)) continue;
			for (const item of items) {
				const file = asFile(item);
				if (!file && mediaType === 'text')
					previews.push({ rank: 3, preview: { ...textPreview(String(item)), nodeId, mediaType } });
				if (!file) continue;
				outputs_count++;
				if (!isPreviewable(mediaType, file)) continue;
				previewable_outputs_count++;
				previews.push({ rank: rank(mediaType, file), preview: { mediaType, ...file, nodeId } });
			}
		}
	const best = previews.sort((a, b) => a.rank - b.rank)[0];
	return { outputs_count, previewable_outputs_count, preview_output: best?.preview };
}

/** Names of 3D files become file objects, and nulls go. */
export function withFilesFor3d(outputs: Record<string, NodeOutput>): Record<string, NodeOutput> {
	const tidy = (key: string, items: unknown) => {
		if (key === 'animated' || !Array.isArray(items)) return items;
		return items
			.filter((item) => item !== null)
			.map((item: unknown) => (typeof item === 'string' && fileFor3d(item)) || item);
	};
	const tidyOutput = (output: NodeOutput) =>
		Object.fromEntries(Object.entries(output).map(([key, items]) => [key, tidy(key, items)]));
	return Object.fromEntries(Object.entries(outputs).map(([id, output]) => [id, tidyOutput(output)]));
}
