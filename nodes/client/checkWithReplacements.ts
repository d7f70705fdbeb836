import { checkOnServer, type CheckOptions } from './check/checkOnServer';
import type { WorkflowReport } from './check/WorkflowReport';
import { findReplacements, type ConvertingServer } from './convertOnServer';
import type { ApiWorkflow } from './core/ApiWorkflow';
import type { Host } from './hosts/Host';
import { replaceNodes } from './objectInfo/replacements';
import { usedTypes } from './workflow/usedTypes';

/**
 * Checks a workflow against the catalogue of a server, with the node types that the server replaces.
 * @returns the report, and the workflow that was checked
 * @throws InvalidWorkflowError when the workflow has no nodes
 */
export async function checkWithReplacements(
	client: ConvertingServer & { readonly host: Pick<Host, 'files'> },
	workflow: ApiWorkflow,
	options: CheckOptions = {},
): Promise<{ report: WorkflowReport; checked: ApiWorkflow }> {
	const report = await checkOnServer(client, workflow, options);
	if (report.missingNodeTypes.length === 0) return { report, checked: workflow };
	const { signal } = options;
	const nodeTypes = usedTypes({ workflow });
	const catalogue = await client.objectInfo({ nodeTypes, signal });
	const { replacements, objectInfo } = await findReplacements(client, nodeTypes, catalogue, { signal });
	if (replacements.size === 0) return { report, checked: workflow };
	const replaced = replaceNodes(workflow, replacements);
	const again = await checkOnServer(client, replaced.workflow, { ...options, refresh: false, objectInfo });
	const warnings = [...replaced.remarks, ...again.warnings];
	return { report: { ...again, warnings }, checked: replaced.workflow };
}
