import type { Behaviours } from './Behaviour';
import { asText } from './values';

export const text: Behaviours = {
	PrimitiveString: { run: ({ value }) => ({ values: [value] }) },
	PrimitiveStringMultiline: { run: ({ value }) => ({ values: [value] }) },
	PrimitiveInt: { run: ({ value }) => ({ values: [value] }) },
	StringConcatenate: {
		run: ({ string_a, string_b, delimiter }) => ({
			values: [asText(string_a) + asText(delimiter) + asText(string_b)],
		}),
	},
};
