import { isLink, type ApiNode, type ApiWorkflow, type Link } from '../core/ApiWorkflow';
import { listInputs, type NodeInput } from '../objectInfo/inputs';
import { type ObjectInfo, definitionOf } from '../objectInfo/types';
import type { InputAddress } from '../workflow/declaredInputs';

/** The texts behind the samplers of a workflow: what the positive and the negative prompt are made of. */

export type PromptRole = 'positive' | 'negative';

/** The texts of one encoder node, which belong together: `clip_l` and `t5xxl` of Flux take the same prompt. */
export type PromptTexts = InputAddress[];

/** Inputs of samplers and guiders that take the prompt under another name, by class. */
const PROMPT_INPUTS = new Map<string, { positive?: string; negative?: string }>([
	['BasicGuider', { positive: 'conditioning' }],
	['DualCFGGuider', { positive: 'cond1', negative: 'negative' }],
]);

/** Nodes whose output does not depend on the text before them. */
const FORGETS_TEXT = new Set(['ConditioningZeroOut']);
/** Nodes whose text is about a part of the image. */
const NAMES_PART = new Set(['GLIGENTextBoxApply']);

const PROMPT_NAME =
	/^(text|prompt|caption|tags|instruction|positive|negative|clip_[lgh]|text_[lg]|t5xxl|llama|bert|mt5xl)$|_(prompt|text)$/i;
const NEGATIVE_NAME = /(^|_)neg(ative)?(_|$)/i;
const POSITIVE_NAME = /(^|_)pos(itive)?(_|$)/i;
/** Texts that set something else. */
const OTHER_TEXT =
	/system|delimiter|separator|lyrics|prefix|suffix|regex|pattern|^find$|filename|_name$|_id$/i;
/** Inputs of nodes that join, choose or hold texts. */
const TEXT_SOURCE_NAME =
	/^(text|string|prompt|value|source|input|any|on_true|on_false|default_value|json_string)(_?[a-z\d])?$/i;
/** Inputs of nodes that take one of several values. */
const CHOSEN_NAME = /^(on_true|on_false|any|input|value)(_?\d)?$/i;
/** Inputs that lead to other encoders, where the types of the nodes do not say so. */
const CONDITIONING_NAME = /^(positive|negative|cond|conditioning)|embeds$|^on_(true|false)$/i;
/** Names of the text in a request to a partner's service, or to a sampler of an extension. */
const REQUEST_NAME = /^(positive|prompt|text|positive_prompt|prompt_text|text_prompt|instruction)$/i;

/** A text that reaches an encoder. */
interface FoundText extends InputAddress {
	/** How many nodes on the way join it with other texts. */
	joins: number;
}

/**
 * Finds the prompts of a workflow: the texts of the encoders that lead to the samplers, also through ControlNets,
 * combiners, Flux guidance and nodes that hold or join texts.
 * @param isNeeded whether an output needs the node
 * @returns by role, the texts of each encoder
 */
export function findPrompts(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	isNeeded: (nodeId: string) => boolean,
): Record<PromptRole, PromptTexts[]> {
	const search = new PromptSearch(workflow, objectInfo);
	const ids = Object.keys(workflow).filter(isNeeded);
	const behindSamplers = (role: PromptRole) => search.from(ids, role);
	const positive = behindSamplers('positive');
	const isPositive = new Set(positive.flat().map(idOf));
	const negative = behindSamplers('negative').filter(
		(texts) => !texts.some((text) => isPositive.has(idOf(text))),
	);
	if (positive.length + negative.length > 0) return { positive, negative };
	return { positive: search.named(ids, 'positive'), negative: search.named(ids, 'negative') };
}

const idOf = ({ nodeId, input }: InputAddress) => `${nodeId}.${input}`;

class PromptSearch {
	constructor(
		private readonly workflow: ApiWorkflow,
		private readonly objectInfo: ObjectInfo,
	) {}

	/** The texts behind the inputs for conditioning of all nodes. */
	from(ids: string[], role: PromptRole): PromptTexts[] {
		const open = ids.flatMap((id) => {
			const node = this.workflow[id];
			const name = PROMPT_INPUTS.get(node.class_type)?.[role] ?? role;
			const value = node.inputs[name];
			return isLink(value) && this.carriesConditioning(value, name) ? [value] : [];
		});
		const seen = new Set<string>();
		const found: PromptTexts[] = [];
		for (let link = open.shift(); link; link = open.shift()) {
			const [id] = link;
			const node = Object.hasOwn(this.workflow, id) ? this.workflow[id] : undefined;
			if (!node || seen.has(id) || FORGETS_TEXT.has(node.class_type)) continue;
			seen.add(id);
			found.push(...this.textsOf(id, role));
			const other = role === 'positive' ? 'negative' : 'positive';
			for (const [name, value] of Object.entries(node.inputs)) {
				if (name !== other && isLink(value) && this.carriesConditioning(value, name)) open.push(value);
			}
		}
		return found;
	}

	/** Without samplers (partner nodes, samplers of extensions): the nodes with an input that has the name of a prompt. */
	named(ids: string[], role: PromptRole): PromptTexts[] {
		const isPrompt = role === 'negative' ? NEGATIVE_NAME : REQUEST_NAME;
		return ids.flatMap((id) => this.textsOf(id, role, (name) => isPrompt.test(lastPart(name))));
	}

	/**
	 * The texts that a node encodes, in one list when they belong together. Of the texts that reach an input, takes the
	 * ones that the fewest nodes join with others.
	 */
	private textsOf(
		id: string,
		role: PromptRole,
		isPrompt: (name: string) => boolean = () => true,
	): PromptTexts[] {
		const node = this.workflow[id];
		const names = NAMES_PART.has(node.class_type) ? [] : this.textInputs(node).filter(isPrompt);
		const isOwn = (name: string) =>
			(role === 'negative' ? NEGATIVE_NAME : POSITIVE_NAME).test(lastPart(name));
		const isOther = (name: string) =>
			(role === 'negative' ? POSITIVE_NAME : NEGATIVE_NAME).test(lastPart(name));
		const own = names.filter(isOwn);
		const taken = own.length > 0 ? own : names.filter((name) => !isOther(name));
		const byInput = taken.map((input) => {
			const texts = this.resolve({ nodeId: id, input, joins: 0 }, new Set());
			const least = Math.min(...texts.map(({ joins }) => joins));
			return texts
				.filter(({ joins }) => joins === least)
				.map(({ nodeId, input: name }) => ({ nodeId, input: name }));
		});
		const together = byInput.filter((texts) => this.haveOneValue(texts)).flat();
		const apart = byInput.filter((texts) => !this.haveOneValue(texts)).flat();
		return [...(together.length > 0 ? [together] : []), ...apart.map((text) => [text])];
	}

	private haveOneValue(texts: InputAddress[]): boolean {
		return new Set(texts.map(({ nodeId, input }) => this.workflow[nodeId].inputs[input])).size <= 1;
	}

	/** Follows a text that comes from another node to where a person enters it. */
	private resolve({ nodeId, input, joins }: FoundText, seen: ReadonlySet<string>): FoundText[] {
		const value = this.workflow[nodeId].inputs[input];
		if (!isLink(value)) return [{ nodeId, input, joins }];
		const [source] = value;
		if (seen.has(source) || seen.size >= MAX_DEPTH || !Object.hasOwn(this.workflow, source)) return [];
		const names = this.sourceInputs(this.workflow[source]);
		const isJoin = names.length > 1 && !names.every((name) => CHOSEN_NAME.test(name));
		const next = new Set([...seen, source]);
		return names.flatMap((name) =>
			this.resolve({ nodeId: source, input: name, joins: joins + (isJoin ? 1 : 0) }, next),
		);
	}

	/** Names of the inputs of an encoder that take a prompt. */
	private textInputs({ class_type: type, inputs }: ApiNode): string[] {
		const declared = this.declared(type);
		return Object.keys(inputs).filter((name) => {
			const known = declared.get(name);
			if (OTHER_TEXT.test(name) || (known && (known.type !== 'STRING' || known.choices))) return false;
			const isPrompt = PROMPT_NAME.test(lastPart(name));
			if (isLink(inputs[name])) return known !== undefined || isPrompt;
			return typeof inputs[name] === 'string' && (isPrompt || known?.multiline === true);
		});
	}

	/** Names of the inputs whose texts a node passes on. */
	private sourceInputs({ class_type: type, inputs }: ApiNode): string[] {
		const declared = this.declared(type);
		return Object.keys(inputs).filter((name) => {
			const known = declared.get(name);
			const isText = known?.type === 'STRING' && !known.choices;
			if (OTHER_TEXT.test(name) || (known?.kind === 'value' && !isText)) return false;
			if (!isLink(inputs[name]) && (typeof inputs[name] !== 'string' || name === 'replace')) return false;
			return isText || TEXT_SOURCE_NAME.test(lastPart(name));
		});
	}

	private declared(type: string): Map<string, NodeInput> {
		const definition = definitionOf(type, this.objectInfo);
		return new Map(definition && listInputs(definition).map((input) => [input.name, input]));
	}

	/** Whether a connection leads to an encoder: by the type of the output, or by the name of the input. */
	private carriesConditioning([source, slot]: Link, name: string): boolean {
		const node = Object.hasOwn(this.workflow, source) ? this.workflow[source] : undefined;
		const output = node && definitionOf(node.class_type, this.objectInfo)?.output;
		const type = Array.isArray(output) ? output[slot] : undefined;
		if (typeof type !== 'string' || type === '*' || type.startsWith('COMFY_'))
			return CONDITIONING_NAME.test(name);
		return /CONDITIONING|EMBEDS/.test(type);
	}
}

/** Paths are followed one by one, so their length is limited. */
const MAX_DEPTH = 20;

/** `prompt` of `model.prompt`, an input that comes with a choice. */
const lastPart = (name: string) => name.slice(name.lastIndexOf('.') + 1);
