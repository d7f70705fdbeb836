import type { IExecuteFunctions, INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { InvalidInputError } from '../client/core/errors';
import { isRecord } from '../client/core/guards';
import { isMissing, noValue } from './workflow/values';

/** Parameters that check their values themselves, because their fields have names of their own. */
const CHECKED_ELSEWHERE: readonly string[] = ['workflowInputs', 'inputs.values', 'deploymentInputs.values'];

/** Parameters that take no text; an empty text is no value for them. */
const NO_TEXT: readonly string[] = ['boolean', 'multiOptions', 'number', 'options', 'resourceLocator'];

/**
 * The context of a node that reads parameters strictly: an expression that gives nothing is an error, because the default
 * must not take the place of a value that a person meant to give. Without this n8n returns `undefined`, which each reader
 * would have to tell from a parameter that was never set.
 * @param properties of the node, for the names in errors and for the types
 * @returns a context whose `getNodeParameter` throws an InvalidInputError that names the parameter and the item
 */
export function strictParameters(
	context: IExecuteFunctions,
	properties: readonly INodeProperties[],
): IExecuteFunctions {
	const read = (name: string, itemIndex: number, ...rest: unknown[]): unknown => {
		const [fallback, options] = rest as [unknown, object | undefined];
		const get = (more?: object): unknown => context.getNodeParameter(name, itemIndex, fallback, more);
		const entered = CHECKED_ELSEWHERE.includes(name) ? undefined : get({ rawExpressions: true });
		if (!hasExpression(entered)) return get(options);
		const value = get();
		assertGiven(entered, value, propertyAt(properties, name), itemIndex);
		return options ? get(options) : value;
	};
	return Object.create(context, { getNodeParameter: { value: read } }) as IExecuteFunctions;
}

/**
 * Reads all parameters of an item, for nodes that read some only when a server has answered.
 * @param context from {@link strictParameters}
 * @throws InvalidInputError for an expression that gives nothing
 */
export function assertExpressionsGiven(context: IExecuteFunctions, itemIndex: number): void {
	for (const [name, entered] of Object.entries(context.getNode().parameters)) {
		if (hasExpression(entered)) context.getNodeParameter(name, itemIndex);
	}
}

const isExpression = (value: unknown): value is string => typeof value === 'string' && value.startsWith('=');

function hasExpression(entered: unknown): boolean {
	if (typeof entered !== 'object' || entered === null) return isExpression(entered);
	return Object.values(entered).some(hasExpression);
}

/** @throws InvalidInputError for the first expression, at any depth, that gives nothing */
function assertGiven(
	entered: unknown,
	value: unknown,
	property: Pick<INodeProperties, 'displayName' | 'type' | 'options'>,
	itemIndex: number,
): void {
	const { displayName, type } = property;
	if (isExpression(entered)) {
		if (isMissing(value)) throw noValue(displayName, itemIndex);
		if (value === '' && NO_TEXT.includes(type)) throw emptyText(displayName, itemIndex);
	} else if (typeof entered === 'object' && entered !== null) {
		for (const [key, member] of Object.entries(entered)) {
			const given =
				isRecord(value) || Array.isArray(value) ? (value as Record<string, unknown>)[key] : undefined;
			assertGiven(member, given, memberOf(property, key), itemIndex);
		}
	}
}

function emptyText(name: string, itemIndex: number): InvalidInputError {
	return new InvalidInputError(
		`The expression for "${name}" gives an empty text for item ${itemIndex}.`,
		'Check the names in the expression and the data of the item. To use the default, remove the expression.',
	);
}

type Named = Pick<INodeProperties, 'displayName' | 'type' | 'options'>;

/** The description of a parameter, or of a member of a collection. @param path such as `options.timeout` */
function propertyAt(properties: readonly INodeProperties[], path: string): Named {
	const [first, ...rest] = path.split('.');
	// A name may stand for several parameters, such as the options of different operations.
	const found = properties.filter(({ name }) => name === first);
	const options = found.flatMap((one) => one.options ?? []) as INodeProperties[];
	const [{ displayName, type }] = [...found, { displayName: first, type: 'string' as const }];
	const property: Named = { displayName, type, options };
	return rest.reduce(memberOf, property);
}

/** The description of a member: of a collection, of a group of a fixed collection, or (for other keys) the same. */
function memberOf(property: Named, key: string): Named {
	const members = (property.options ?? []) as Array<INodeProperties | INodePropertyCollection>;
	const found = members.find(({ name }) => name === key);
	if (!found) return property;
	return 'values' in found
		? { displayName: found.displayName, type: 'collection', options: found.values }
		: (found as INodeProperties);
}
