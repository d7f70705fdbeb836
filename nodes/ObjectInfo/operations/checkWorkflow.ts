import type { IDataObject } from 'n8n-workflow';
import { assertRunnable } from '../../client/check/assertRunnable';
import { convertOnServer } from '../../client/convertOnServer';
import { MissingNodeTypesError, asError } from '../../client/core/errors';
import { noFindings } from '../../client/check/findings';
import type { OperationContext } from '../../shared/operations/OperationContext';
import type { ObjectInfo } from '../../client/objectInfo/types';
import type { WorkflowReport } from '../../client/check/WorkflowReport';
import { modelSources } from '../../client/workflow/modelSources';
import { suggestNodeTypes } from '../../client/objectInfo/nodeTypes';

/** What prevents the server from running a workflow. @throws InvalidWorkflowError with the option "Fail If Not OK" */
export async function checkWorkflow(operation: OperationContext): Promise<IDataObject[]> {
	const { client, signal, options } = operation;
	const { workflow, uiWorkflow } = await operation.workflow();
	const objectInfo = await operation.objectInfo(); // with Refresh the client loads it again, once for all items
	try {
		const found = workflow ? { workflow } : { uiWorkflow };
		const { prompt, warnings } = await convertOnServer(client, found, objectInfo, {}, { signal });
		const report = await client.checkWorkflow(prompt, { models: modelSources(uiWorkflow), signal });
		if (options.failIfNotOk) assertRunnable(report, HINT);
		const all = [...warnings.map(({ text }) => text), ...report.warnings];
		return [{ ...report, warnings: all } as unknown as IDataObject];
	} catch (error) {
		if (!(error instanceof MissingNodeTypesError) || options.failIfNotOk) throw asError(error);
		return [withMissingTypes(error, objectInfo) as unknown as IDataObject];
	}
}

/** Without the definition of a node type its inputs in editor format cannot be read, so the report contains nothing else. */
function withMissingTypes({ missing }: MissingNodeTypesError, objectInfo: ObjectInfo): WorkflowReport {
	return {
		ok: false,
		nodeCount: 0,
		nodeTypes: [],
		outputNodes: [],
		failingOutputs: [],
		...noFindings(),
		missingModels: [],
		missingNodeTypes: missing.map(({ type, nodes, ...source }) => ({
			nodeType: type,
			nodeIds: nodes.map(({ id }) => id),
			didYouMean: suggestNodeTypes(type, objectInfo),
			...source,
		})),
		warnings: [
			'Nothing else was checked: the inputs of these nodes are unknown until the nodes are installed.',
		],
	};
}

const HINT =
	'Install what is missing on the server, or use what it offers. Turn off "Fail If Not OK" to get the full report as an item.';
