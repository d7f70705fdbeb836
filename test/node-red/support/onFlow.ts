import { TestFlow } from './TestFlow';

type Start = Parameters<typeof TestFlow.start>;

/** Plays a test with one node, and checks that nothing is left behind. */
export async function onFlow(
	type: string,
	members: Record<string, unknown>,
	play: (flow: TestFlow) => Promise<void>,
	options?: Start[1],
): Promise<void> {
	const flow = await TestFlow.start({ type, ...members }, options);
	try {
		await play(flow);
	} finally {
		await flow.stop();
	}
}

/** The members of a node that runs this workflow. */
export const json = (workflow: unknown) => ({ source: 'json', workflow: JSON.stringify(workflow) });
