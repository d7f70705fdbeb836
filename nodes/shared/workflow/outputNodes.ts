import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { titleOf } from '../../client/core/ApiWorkflow';
import { tidy } from '../../client/core/text';
import { outputNodesOf } from '../../client/objectInfo/graph';
import { readWorkflow } from '../../client/workflow/parse';
import { askServer } from '../clients';
import { selectedWorkflow } from './form';

/**
 * The values of "Output Nodes to Run": the nodes of the selected workflow that save or show something. Those that the
 * author shows in App Mode come first.
 * @throws InvalidWorkflowError when the workflow is not known before the node runs, or cannot be read
 */
export async function outputNodes(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return await askServer(this, async (client) => {
		const source = await selectedWorkflow(this, client);
		const { convertWorkflow } = await import('../../client/convert/toApiFormat'); // large: loaded when it is used
		const objectInfo = await client.objectInfo();
		const found = readWorkflow(source);
		const { prompt, outputNodes: shown = [] } = convertWorkflow(found, objectInfo, {
			substituteNames: false,
		});
		const outputs = outputNodesOf(prompt, objectInfo);
		const ordered = [...shown.filter((id) => outputs.includes(id)), ...outputs];
		return [...new Set(ordered)].map((id) => ({
			name: tidy(`${titleOf(prompt, id)} (node ${id})`, 100),
			value: id,
			...(shown.includes(id) && { description: 'Shown by App Mode' }),
		}));
	});
}
