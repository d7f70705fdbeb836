/** Blocks until it is opened: `passed` resolves as soon as it is open. */
export function gate(): { passed: Promise<void>; open: () => void } {
	let open = () => {};
	const passed = new Promise<void>((resolve) => (open = resolve));
	return { passed, open };
}
