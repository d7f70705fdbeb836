import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { nodeType } from '../../../support/builtPackage';
import { startWholeEngine } from './engine';

/** What another n8n process is asked to do: run one node with an item, and nothing else of the job. */
export interface Task {
	node: string;
	parameters: INodeParameters;
	item: IDataObject;
	credentials: Record<string, IDataObject>;
}

/** What it answers. */
export interface Done {
	error?: string;
	items: IDataObject[];
	/** Bytes of the first binary field of each item. */
	sizes: number[];
}

/** n8n's engine in a process of its own. */
async function main(): Promise<void> {
	const engine = await startWholeEngine();
	process.on('message', ({ node, parameters, item, credentials }: Task) => {
		void (async () => {
			const run = await engine.run({
				nodes: [{ name: 'Node', type: nodeType(node), parameters }],
				credentials: credentials as never,
				input: [{ json: item }],
			});
			const items = run.error ? [] : run.items('Node');
			const withFile = items.filter(({ binary }) => binary?.data);
			const files = await Promise.all(withFile.map(async (one) => await run.binary(one, 'data')));
			const sizes = files.map(({ length }) => length);
			process.send?.({
				error: run.error?.message,
				items: items.map(({ json }) => json),
				sizes,
			} satisfies Done);
		})();
	});
	process.on('disconnect', () => void engine.stop().finally(() => process.exit()));
	process.send?.('ready');
}

void main();
