import { type ApiNode, type ApiWorkflow } from '../core/ApiWorkflow';
import { isRecord } from '../core/guards';
import { type ObjectInfo, definitionOf } from '../objectInfo/types';

/** Options for {@link applyDynamicPrompts}. */
export interface DynamicPromptOptions {
	/** Returns a number from 0 (inclusive) to 1 (exclusive). Default: `Math.random`. */
	random?: () => number;
}

/**
 * Changes prompts as the editor does before it sends them (the server does not): picks one of `{a|b}` and removes
 * comments, in inputs declared with `dynamicPrompts`.
 * @param untouched `node id/input` of texts that stay unchanged
 * @returns a copy
 */
export function applyDynamicPrompts(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	{ random = Math.random }: DynamicPromptOptions = {},
	untouched?: ReadonlySet<string>,
): ApiWorkflow {
	return Object.fromEntries(
		Object.entries(workflow).map(([id, node]) => {
			const names = dynamicInputs(node, objectInfo).filter((name) => !untouched?.has(`${id}/${name}`));
			const texts = names.map((name) => [name, pickChoices(String(node.inputs[name]), random)]);
			return [
				id,
				texts.length > 0 ? { ...node, inputs: { ...node.inputs, ...Object.fromEntries(texts) } } : node,
			];
		}),
	);
}

function dynamicInputs({ class_type: type, inputs }: ApiNode, objectInfo: ObjectInfo): string[] {
	const input: unknown = definitionOf(type, objectInfo)?.input;
	const { required, optional } = isRecord(input) ? input : {};
	return [required, optional].flatMap((group) =>
		Object.entries(isRecord(group) ? group : {}).flatMap(([name, spec]) => {
			const options: unknown = Array.isArray(spec) ? spec[1] : undefined;
			const isDynamic = isRecord(options) && options.dynamicPrompts === true;
			return isDynamic && Object.hasOwn(inputs, name) && typeof inputs[name] === 'string' ? name : [];
		}),
	);
}

/** Removes C comments of both kinds; a block comment that is never closed stays. */
function withoutComments(text: string): string {
	const start = /\/[/*]/g;
	const lastEnd = text.lastIndexOf('*/');
	let result = '';
	let from = 0;
	for (let match = start.exec(text); match; match = start.exec(text)) {
		const { index } = match;
		const isBlock = text[index + 1] === '*';
		if (isBlock && lastEnd < index + 2) {
			start.lastIndex = index + 1;
			continue;
		}
		result += text.slice(from, index);
		from = isBlock ? text.indexOf('*/', index + 2) + 2 : endOfLine(text, index);
		start.lastIndex = from;
	}
	return result + text.slice(from);
}

/** One `{...}`: its end, and the ranges of its choices. */
interface Block {
	end: number;
	choices: Array<[from: number, to: number]>;
}

/**
 * Picks one choice of every `{a|b}` in a text and removes comments. Braces can be nested; a backslash escapes a
 * brace or bar.
 */
export function pickChoices(text: string, random: () => number): string {
	const source = withoutComments(text);
	const blocks = findBlocks(source);
	const pending: Array<[from: number, to: number]> = [[0, source.length]];
	let result = '';
	for (let range = pending.pop(); range; range = pending.pop()) {
		const [from, to] = range;
		const at = nextBlock(source, from, to);
		result += source.slice(from, at);
		const block = blocks.get(at);
		if (at >= to || !block) continue;
		pending.push([block.end, to]);
		const index = Math.min(Math.floor(random() * block.choices.length), block.choices.length - 1);
		pending.push(block.choices[index]);
	}
	return result.replace(/\\([{}|])/g, '$1');
}

/** All blocks by start offset; a block that is never closed ends with the text. */
function findBlocks(source: string): Map<number, Block> {
	const blocks = new Map<number, Block>();
	const open: Array<{ at: number; from: number; choices: Block['choices'] }> = [];
	const close = (end: number, after: number) => {
		const block = open.pop();
		if (block) blocks.set(block.at, { end: after, choices: [...block.choices, [block.from, end]] });
	};
	for (let at = 0; at < source.length; at++) {
		const character = source[at];
		if (character === '\\') at++;
		else if (character === '{') open.push({ at, from: at + 1, choices: [] });
		else if (character === '}') close(at, at + 1);
		else if (character === '|') {
			const block = open.at(-1);
			if (block) {
				block.choices.push([block.from, at]);
				block.from = at + 1;
			}
		}
	}
	while (open.length > 0) close(source.length, source.length);
	return blocks;
}

function nextBlock(source: string, from: number, to: number): number {
	for (let at = from; at < to; at++) {
		if (source[at] === '\\') at++;
		else if (source[at] === '{') return at;
	}
	return to;
}

function endOfLine(text: string, from: number): number {
	const lineBreak = /[\n\r\u2028\u2029]/g;
	lineBreak.lastIndex = from;
	return lineBreak.exec(text)?.index ?? text.length;
}
