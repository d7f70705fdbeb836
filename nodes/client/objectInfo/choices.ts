import { InvalidInputError, NotFoundError } from '../core/errors';
import { BigInteger } from '../core/json';
import { listed, textOf } from '../core/text';
import { didYouMean, nearestNames } from '../core/nearestNames';
import { listInputs, withAllVariants, type NodeInput, type Choice } from './inputs';
import type { NodeDefinition } from './types';

/**
 * An input of a node type, by name; those that come with a choice are found too (`this.that`).
 * @throws NotFoundError with similar names
 */
export function inputNamed(nodeType: string, definition: NodeDefinition, name: string): NodeInput {
	const all = withAllVariants(listInputs(definition));
	const found = all.find((input) => input.name === name);
	if (found) return found;
	const names = all.map((input) => input.name);
	throw new NotFoundError(
		`The node type "${nodeType}" has no input "${name}". ${didYouMean(name, names)}`.trim(),
		names.length > 0 ? `Its inputs are ${listed(names, 20)}.` : 'It has no inputs.',
	);
}

/**
 * The choices of an input of a node type.
 * @returns the input, with its `choices`; the list is empty when nothing is installed
 * @throws NotFoundError for an unknown input
 * @throws InvalidInputError for an input that is not a choice, or whose choices are not in the catalogue
 */
export function inputWithChoices(
	nodeType: string,
	definition: NodeDefinition,
	name: string,
): NodeInput & { choices: Choice[] } {
	const input = inputNamed(nodeType, definition, name);
	if (input.choices) return { ...input, choices: input.choices };
	if (input.remote !== undefined) {
		throw new InvalidInputError(
			`The choices of "${name}" are not part of the node type "${nodeType}"; the editor asks the server for them at ${input.remote || 'another route'}.`,
			'Enter the value by hand.',
		);
	}
	const others = withAllVariants(listInputs(definition)).filter(({ choices }) => choices);
	throw new InvalidInputError(
		`The input "${name}" of "${nodeType}" takes ${input.type} and offers no choices.`,
		others.length > 0
			? `Inputs with choices are ${listed(
					others.map((other) => other.name),
					20,
				)}.`
			: `No input of "${nodeType}" offers choices.`,
	);
}

/** Whether a value is among the choices by the server's rules: a number does not equal its text, but true equals 1. */
export function isChosenFrom(choices: readonly Choice[], value: unknown): boolean {
	if (choices.includes(value as Choice)) return true;
	const number = asNumber(value);
	return number !== undefined && choices.some((choice) => asNumber(choice) === number);
}

/**
 * The choice that differs from a value only in its slashes (they depend on the operating system of the server)
 * or in being a text instead of a number, or a number instead of a text.
 */
export function sameChoice(choices: readonly Choice[], value: unknown): Choice | undefined {
	const wanted = plain(value);
	return choices.find((choice) => plain(choice) === wanted);
}

/**
 * The choices that are similar to a value, best first. Returns only the one that differs in its slashes (they
 * depend on the operating system of the server) or in being a text, if there is such a choice.
 */
export function suggestChoices(choices: readonly Choice[], value: unknown): Choice[] {
	const wanted = plain(value);
	const same = choices.filter((choice) => plain(choice) === wanted);
	if (same.length > 0) return same;
	return nearestNames(
		wanted,
		choices.filter((choice) => typeof choice === 'string'),
	);
}

function asNumber(value: unknown): number | undefined {
	if (typeof value === 'boolean' || value instanceof BigInteger) return Number(value);
	return typeof value === 'number' ? value : undefined;
}

const plain = (value: unknown) => textOf(value).replace(/\\/g, '/');
