import { BigInteger } from '../../../../nodes/client/core/json';
import { caught } from '../../support/caught';
import { onComfyDeploy } from '../support/comfyDeployStage';

const workflow = { nodes: [], links: [], version: 0.4 };
const workflowApi = {
	'3': { class_type: 'KSampler', inputs: { seed: new BigInteger('18446744073709551615') } },
};

describe.each([
	['hosted', {}],
	['open source', { generation: 'webApp' }],
	['open source, as in its older documents', { generation: 'webApp', shapes: 'documented' }],
] as const)('workflows kept by ComfyUI Deploy (%s)', (_, options) => {
	test('are uploaded under a name and read back', () =>
		onComfyDeploy(async (stage) => {
			const { workflows } = stage.host();
			const kept = await workflows.upload({ name: 'portrait', workflow, workflowApi });
			expect(kept.workflowId).toBe(stage.server.workflowId);
			const version = await workflows.version('version-1');
			expect(version).toMatchObject({ id: 'version-1', version: '1', workflow, createdAt: 1714979289000 });
			expect((await caught(workflows.version('version-9'))).code).toBe('not-found');
		}, options));

	test('need a name or an ID, and not both', () =>
		onComfyDeploy(async (stage) => {
			const { workflows } = stage.host();
			for (const which of [{}, { name: 'a', workflowId: 'b' }, { name: ' ' }]) {
				const work = workflows.upload({ ...which, workflow, workflowApi });
				expect((await caught(work)).code).toBe('invalid-input');
			}
			expect(stage.server.requests).toEqual([]);
		}, options));
});

test.each(['v2', 'webApp'] as const)('a new version of a workflow keeps every digit: %s', (generation) =>
	onComfyDeploy(
		async (stage) => {
			const { workflows } = stage.host();
			const { workflowId } = stage.server;
			expect(await workflows.upload({ workflowId, workflow, workflowApi })).toEqual({
				workflowId,
				version: '1',
			});
			const version = await workflows.version('version-1');
			expect(version.workflowApi).toEqual(workflowApi);
			const other = workflows.upload({ workflowId: 'nobody', workflow, workflowApi });
			expect((await caught(other)).code).toBe('not-found');
		},
		{ generation },
	),
);
