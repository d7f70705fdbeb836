import { stringifyPython } from '../wire/pythonJson';
import type { NodeContext } from './Behaviour';

/** What saved files carry: the prompt, and each member of `extra_pnginfo` under its own name. */
export function metadataOf({ prompt, extraData }: NodeContext): Record<string, string> {
	const extra = Object.entries(extraData.extra_pnginfo ?? {});
	const texts = [['prompt', prompt] as [string, unknown], ...extra];
	return Object.fromEntries(texts.map(([name, value]) => [name, stringifyPython(value)]));
}
