import { EmbeddedTexts } from './EmbeddedTexts';
import type { FileKind } from './formats';

/** What a file turned out to be and to hold. */
export interface ReadFile {
	kind: FileKind;
	found: EmbeddedTexts;
	/** Whether the file ends too early, or is damaged. */
	isCutOff: boolean;
}
