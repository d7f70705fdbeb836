import { now } from '../core/time';
import type { Host } from '../hosts/Host';
import { sanitize } from '../protocol/safeToSend';
import { type ApiWorkflow } from '../core/ApiWorkflow';
import { checkWorkflow } from './checkWorkflow';
import { uploadedFiles, absentFiles } from './files';
import { isRecord } from '../core/guards';
import type { ObjectInfo } from '../objectInfo/types';
import type { WorkflowReport } from './WorkflowReport';

/** How to check a workflow on a server. */
export interface CheckOptions {
	/** Only these output nodes are to run (ids). */
	outputNodes?: readonly string[];
	/** A catalogue that is at hand already. Default: the client's own. */
	objectInfo?: ObjectInfo;
	/** Asks for the catalogue anew in any case. Default false. */
	refresh?: boolean;
	signal?: AbortSignal;
}

/** What a check asks of a client. */
interface CheckedServer {
	readonly host: Pick<Host, 'download'>;
	objectInfo(options: { refresh?: boolean; signal?: AbortSignal }): Promise<ObjectInfo>;
}

/** A catalogue of this age says how things are now; a row of checks that fail does not load it again and again. */
const FRESH_MS = 2_000;
const arrivals = new WeakMap<ObjectInfo, number>();

/** Remembers when a catalogue arrived. */
export function noteArrival(objectInfo: ObjectInfo): void {
	if (isRecord(objectInfo) && !arrivals.has(objectInfo)) arrivals.set(objectInfo, now());
}

/**
 * Checks a workflow against a server as it is now: what a kept catalogue seems to lack is looked up in a new
 * one (a model may have been installed since), and files that no catalogue lists are asked for.
 * @throws InvalidWorkflowError when it has no nodes, and what the requests throw
 */
export async function checkOnServer(
	server: CheckedServer,
	workflow: ApiWorkflow,
	{ outputNodes, objectInfo, refresh, signal }: CheckOptions = {},
): Promise<WorkflowReport> {
	const sent = sanitize(workflow);
	const given = refresh ? undefined : objectInfo;
	const first = given ?? (await server.objectInfo({ refresh, signal }));
	const doubtful = isOld(first) && mayBeCured(checkWorkflow(sent, first, { outputNodes }));
	const latest = doubtful ? await server.objectInfo({ refresh: true, signal }) : first;
	const files = uploadedFiles(sent, latest, { outputNodes });
	const { missingFiles, warnings } = await absentFiles(server.host, files, latest, { signal });
	const report = checkWorkflow(sent, latest, { outputNodes, missingFiles });
	return { ...report, warnings: [...report.warnings, ...warnings] };
}

function isOld(objectInfo: ObjectInfo): boolean {
	const arrived = arrivals.get(objectInfo);
	return arrived === undefined || now() - arrived > FRESH_MS;
}

/** Whether a finding depends on the catalogue; connections to nowhere and circles do not. */
function mayBeCured(report: WorkflowReport): boolean {
	return (
		report.missingNodeTypes.length + report.missingChoices.length + report.badValues.length > 0 ||
		report.missingInputs.some(({ connectedTo }) => connectedTo === undefined) ||
		report.badLinks.some(({ outputs }) => outputs !== undefined)
	);
}
