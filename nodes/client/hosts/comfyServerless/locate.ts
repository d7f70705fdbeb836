/** Where an address leads: below the base URL, where credentials go along, or elsewhere, where none do. */
export type Located =
	| { kind: 'here'; path: string; query: Record<string, string>; fileId?: string }
	| { kind: 'elsewhere'; url: string };

const FILE = /^\/files\/([^/]+)(\/download)?$/;

/**
 * Finds out where an address leads.
 * @param base scheme, host and path prefix of the service, without a trailing slash
 * @returns undefined for what is no address of the web
 */
export function locate(address: string, base: string): Located | undefined {
	if (!URL.canParse(address, `${base}/`)) return undefined;
	const url = new URL(address, `${base}/`);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
	const { origin, pathname: prefix } = new URL(`${base}/`);
	if (url.origin !== origin || url.username || !url.pathname.startsWith(prefix))
		return { kind: 'elsewhere', url: url.href };
	const path = url.pathname.slice(prefix.length - 1);
	const [, id] = FILE.exec(path) ?? [];
	return {
		kind: 'here',
		path,
		query: Object.fromEntries(url.searchParams),
		...(id !== undefined && id !== 'upload' && { fileId: decoded(id) }),
	};
}

function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
