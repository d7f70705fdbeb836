import type { FieldType, INodePropertyOptions, ResourceMapperField } from 'n8n-workflow';
import type { NodeInput } from '../../client/objectInfo/inputs';
import type { WorkflowField } from '../../client/fields/WorkflowField';
import { BigInteger } from '../../client/core/json';
import { isRecord } from '../../client/core/guards';

/** A field of n8n's form for an input of a workflow; what is not important can be added by hand. */
export function toFormField({ id, label, declared, value, important }: WorkflowField): ResourceMapperField {
	const type = typeOf(declared, value);
	return {
		id,
		displayName: declared?.upload ? `${label} (binary field or file on the server)` : label,
		required: false,
		display: true,
		defaultMatch: false,
		canBeUsedToMatch: false,
		type,
		removed: !important,
		...(type === 'options' && { options: optionsOf(declared, value) }),
		defaultValue: defaultOf(value),
	};
}

/** A seed beyond 2^53 is edited as text, where it keeps its digits. */
function typeOf(declared: NodeInput | undefined, value: unknown): FieldType {
	if (value instanceof BigInteger) return 'string';
	if (isComposite(value)) return 'object';
	if (!declared)
		return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as FieldType) : 'string';
	// Any file can be uploaded to it, so it is no choice among those that are there.
	if (declared.upload || declared.multiselect) return 'string';
	if (declared.choices && declared.choices.length > 0) return 'options';
	if (declared.type === 'INT' || declared.type === 'FLOAT') return 'number';
	return declared.type === 'BOOLEAN' ? 'boolean' : 'string';
}

/** The server's choices, and what the workflow has when that is not among them. */
function optionsOf(declared: NodeInput | undefined, value: unknown): INodePropertyOptions[] {
	const choices = (declared?.choices ?? []).filter((choice) => choice !== null);
	const options = choices.map((choice) => ({ name: String(choice), value: choice }));
	if (value === undefined || value === null || choices.some((choice) => choice === value)) return options;
	return [...options, { name: `${String(value)} (not on the server)`, value: value as string }];
}

function defaultOf(value: unknown): ResourceMapperField['defaultValue'] {
	if (value instanceof BigInteger) return value.digits;
	if (isComposite(value)) return JSON.stringify(value);
	return value === undefined ? null : (value as string | number | boolean | null);
}

const isComposite = (value: unknown) =>
	Array.isArray(value) || (isRecord(value) && !(value instanceof BigInteger));
