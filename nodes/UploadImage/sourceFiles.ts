import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { InvalidInputError } from '../client/core/errors';
import { binaryFields, openBinary, type ItemFile } from '../shared/files/binary';
import { readBase64 } from './readBase64';

/** A file to upload; opened when its turn comes. */
export interface SourceFile {
	/** Binary field of the item. */
	field?: string;
	open(): Promise<ItemFile>;
}

/**
 * The files that an item brings.
 * @throws InvalidInputError when there are none, or when a text is no Base64
 */
export function sourceFiles(context: IExecuteFunctions, itemIndex: number): SourceFile[] {
	if (context.getNodeParameter('source', itemIndex) === 'base64') {
		const file = readBase64(context.getNodeParameter('base64', itemIndex));
		return [{ open: async () => file }];
	}
	const given = context.getNodeParameter('binaryPropertyName', itemIndex) as string | IBinaryData;
	if (typeof given === 'object' && given !== null) {
		return [{ open: async () => await openBinary(context, itemIndex, given) }];
	}
	return fieldsOf(context, itemIndex, String(given ?? '')).map((field) => ({
		field,
		open: async () => await openBinary(context, itemIndex, field),
	}));
}

function fieldsOf(context: IExecuteFunctions, itemIndex: number, given: string): string[] {
	const names = given
		.split(',')
		.map((name) => name.trim())
		.filter(Boolean);
	if (names.length === 0) {
		throw new InvalidInputError(
			'"Input Binary Field" is empty.',
			'Enter the name of the binary field that has the file, usually "data".',
		);
	}
	if (!names.includes('*')) return [...new Set(names)];
	const available = binaryFields(context, itemIndex);
	if (available.length > 0) return available;
	throw new InvalidInputError(
		'The item has no binary data to upload.',
		'Put a node before this one that reads a file, such as HTTP Request with the response format "File".',
	);
}
