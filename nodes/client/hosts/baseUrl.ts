import { parseAddress, type ServerAddress } from '../transport/address';

const LOCAL = /^(localhost|host\.docker\.internal|[\d.]+|\[[\da-f:]+\])([:/]|$)/i;

/**
 * Reads a base URL as people enter it. Without a scheme it is https, since a key goes with every request,
 * except for local addresses.
 * @param suffix what people paste along from the documentation of the API, such as `/api`
 * @throws InvalidInputError when it cannot be an address
 */
export function readBaseUrl(text: string, suffix: RegExp): ServerAddress {
	const trimmed = text.trim();
	const complete =
		trimmed === '' || /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed) || LOCAL.test(trimmed)
			? trimmed
			: `https://${trimmed}`;
	const address = parseAddress(complete);
	return { ...address, base: address.base.replace(suffix, '') };
}
