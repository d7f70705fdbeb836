const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype];

const membersOf = () => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length).join();
const before = membersOf();

/** Fails when data has reached a built-in prototype. */
export function unchanged(): void {
	const polluted = membersOf() !== before || 'polluted' in {};
	if (polluted) throw new Error('a built-in prototype was changed');
}
