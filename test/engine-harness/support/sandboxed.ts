import { Expression } from 'n8n-workflow';
import { Engine } from '../../support/engine';

/** Prints what became of a workflow; jest cannot load the sandbox, so this runs in a separate process. */
async function main(): Promise<void> {
	const engine = await Engine.start({ expressionEngine: 'quickjs', nodeTypes: {}, credentialTypes: {} });
	const run = await engine.run({
		nodes: [{ name: 'Sum', type: 'test.set', parameters: { values: { sum: '={{ $json.a + $json.b }}' } } }],
		input: [{ json: { a: 1, b: 2 } }],
	});
	const implementation = Expression.getActiveImplementation();
	await engine.stop();
	const { sum } = run.items('Sum')[0].json;
	process.stdout.write(JSON.stringify({ status: run.status, sum, engine: implementation }));
}

void main();
