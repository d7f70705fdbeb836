import type { UiDefinition } from './definitions';
import type { UiGraph } from './types';

/** A workflow in the editor's format, read as far as it can be. */
export interface UiFile {
	root: UiGraph;
	definitions: Map<string, UiDefinition>;
	/** Made by an editor before 1.46, in which all instances of a subgraph showed the same text. */
	sharesTexts: boolean;
}
