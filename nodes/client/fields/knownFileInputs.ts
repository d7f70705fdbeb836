import type { NodeInput } from '../objectInfo/inputs';
import type { ApiNode } from '../core/ApiWorkflow';

/** Inputs that take a file, of ComfyUI's own loaders and of the most common extension. */
const FILE_INPUTS = new Map([
	['LoadImage', 'image'],
	['LoadImageMask', 'image'],
	['LoadImageOutput', 'image'],
	['LoadAudio', 'audio'],
	['LoadVideo', 'file'],
	['VHS_LoadVideo', 'video'],
	['VHS_LoadAudioUpload', 'audio'],
]);

/** What is known of an input without a catalogue: that it takes a file. Undefined for all others. */
export function usualFileInput({ class_type: type }: ApiNode, input: string): NodeInput | undefined {
	if (FILE_INPUTS.get(type) !== input) return undefined;
	return { name: input, required: true, type: 'COMBO', kind: 'value', upload: true };
}
