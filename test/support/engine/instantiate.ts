/** n8n loads classes and makes one instance each; tests may also hand over an instance. */
export function instantiate<T extends object>(source: T | (new () => T)): T {
	return typeof source === 'function' ? new source() : source;
}
