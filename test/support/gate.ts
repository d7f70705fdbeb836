/** Lets through nobody until it is opened: `passed` is fulfilled as soon as it is. */
export function gate(): { passed: Promise<void>; open: () => void } {
	let open = () => {};
	const passed = new Promise<void>((resolve) => (open = resolve));
	return { passed, open };
}
