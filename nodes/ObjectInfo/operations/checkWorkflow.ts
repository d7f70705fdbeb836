import type { IDataObject } from 'n8n-workflow';
import { assertRunnable } from '../../client/check/assertRunnable';
import { toApiFormat } from '../../client/convert/toApiFormat';
import { MissingNodeTypesError, asError } from '../../client/core/errors';
import { noFindings } from '../../client/check/findings';
import type { OperationContext } from '../OperationContext';
import type { ObjectInfo } from '../../client/objectInfo/types';
import type { WorkflowReport } from '../../client/check/WorkflowReport';
import { suggestNodeTypes } from '../../client/objectInfo/nodeTypes';

/** The report on a workflow. @throws InvalidWorkflowError with "Fail If Not OK", when the server cannot run it */
export async function checkWorkflow(context: OperationContext): Promise<IDataObject[]> {
	const { client, signal, options } = context;
	const { workflow, uiWorkflow } = await context.workflow();
	const objectInfo = await context.objectInfo(); // with Refresh the client gets a new one, once for all items
	try {
		const { prompt, warnings } = toApiFormat(workflow ?? uiWorkflow, objectInfo);
		const report = await client.checkWorkflow(prompt, { signal });
		if (options.failIfNotOk) assertRunnable(report, HINT);
		const all = [...warnings.map(({ text }) => text), ...report.warnings];
		return [{ ...report, warnings: all } as unknown as IDataObject];
	} catch (error) {
		if (!(error instanceof MissingNodeTypesError) || options.failIfNotOk) throw asError(error);
		return [withMissingTypes(error, objectInfo) as unknown as IDataObject];
	}
}

/** The editor's format does not name the inputs of unknown nodes. */
function withMissingTypes({ missing }: MissingNodeTypesError, objectInfo: ObjectInfo): WorkflowReport {
	return {
		ok: false,
		nodeCount: 0,
		nodeTypes: [],
		outputNodes: [],
		failingOutputs: [],
		...noFindings(),
		missingNodeTypes: missing.map(({ type, nodes, ...source }) => ({
			nodeType: type,
			nodeIds: nodes.map(({ id }) => id),
			didYouMean: suggestNodeTypes(type, objectInfo),
			...source,
		})),
		warnings: [
			'Nothing else was checked: the inputs of these nodes are not known before they are installed.',
		],
	};
}

const HINT =
	'Install what is missing on the server or use what it offers. Turn "Fail If Not OK" off to get the whole report as an item.';
