/**
 * A method whose code is loaded when it is called for the first time. n8n loads the descriptions of all nodes
 * when it starts; the code behind them can wait.
 * @param load imports the module and returns the function
 */
export function lazy<This, Args extends unknown[], Result>(
	load: () => Promise<(this: This, ...args: Args) => Promise<Result>>,
): (this: This, ...args: Args) => Promise<Result> {
	return async function (this: This, ...args: Args): Promise<Result> {
		const method = await load();
		return await method.apply(this, args);
	};
}
