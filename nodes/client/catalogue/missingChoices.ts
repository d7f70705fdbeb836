import { isChosenFrom } from '../objectInfo/choices';
import type { MissingChoice } from '../check/WorkflowReport';
import type { NodeInput } from '../objectInfo/inputs';
import { asJson, placeOf, unwrapped, type KnownNode } from '../objectInfo/KnownNode';
import type { Suggestions } from '../check/Suggestions';

/** Values that are not among the choices of their input. A text where a file is uploaded need not be. */
export function findMissingChoices(known: KnownNode, suggestions: Suggestions): MissingChoice[] {
	return known.inputs.flatMap((input) => {
		const { choices } = input;
		if (!choices) return [];
		return notChosen(known, input, choices).map((value) => ({
			...placeOf(known, input.name),
			value: asJson(value),
			didYouMean: suggestions.choices(choices, value),
		}));
	});
}

function notChosen({ node }: KnownNode, input: NodeInput, choices: unknown[]): unknown[] {
	const { name, upload, multiselect, remote } = input;
	const given = Object.hasOwn(node.inputs, name) ? node.inputs[name] : undefined;
	if (given === undefined || Array.isArray(given) || remote !== undefined) return []; // missing, connected, or listed elsewhere
	const value = unwrapped(given);
	const values: unknown[] = Array.isArray(value) && multiselect ? value : [value];
	return values.filter((one) => !(upload && typeof one === 'string') && !isChosenFrom(choices as never, one));
}
