import type { ApiWorkflow } from '../core/ApiWorkflow';
import { isRecord } from '../core/guards';
import { now } from '../core/time';
import type { Host } from '../hosts/Host';
import type { ObjectInfoOptions } from '../hosts/ServerApi';
import { isPartial } from '../objectInfo/partial';
import type { ObjectInfo } from '../objectInfo/types';
import { sanitize } from '../protocol/safeToSend';
import { usedTypes } from '../workflow/usedTypes';
import { prepareCheck, toReport } from './checkWorkflow';
import { absentFiles, uploadedFiles } from './files';
import { dependOnCatalogue, findAll } from './findings';
import type { ModelSource } from '../workflow/modelSources';
import type { WorkflowReport } from './WorkflowReport';

/** How to check a workflow on a server. */
export interface CheckOptions {
	/** Only these output nodes are to run (ids). */
	outputNodes?: readonly string[];
	/** Where its models come from, as `modelSources` finds it in the editor's format. */
	models?: readonly ModelSource[];
	/** A catalogue that was loaded before. Default: the client's own. */
	objectInfo?: ObjectInfo;
	/** Loads the catalogue again in any case. Default false. */
	refresh?: boolean;
	/** Names of files that are uploaded before the workflow is sent. The server is not asked for them. */
	pendingFiles?: ReadonlySet<string>;
	signal?: AbortSignal;
}

/** The parts of a client that a check uses. */
interface CheckedServer {
	readonly host: Pick<Host, 'files'>;
	objectInfo(options: ObjectInfoOptions): Promise<ObjectInfo>;
}

/** A catalogue younger than this is current; a series of failing checks does not load it again and again. */
const FRESH_MS = 2_000;
const arrivals = new WeakMap<ObjectInfo, number>();

/** Remembers when a catalogue arrived. */
export function noteArrival(objectInfo: ObjectInfo): void {
	if (isRecord(objectInfo) && !arrivals.has(objectInfo)) arrivals.set(objectInfo, now());
}

/**
 * Checks a workflow against the current state of a server. Loads the catalogue again when the cached one lacks
 * something (a model may have been installed since), and requests the files that no catalogue lists.
 * @throws InvalidWorkflowError when the workflow has no nodes, and the errors of the requests
 */
export async function checkOnServer(
	server: CheckedServer,
	workflow: ApiWorkflow,
	{ outputNodes, models, objectInfo, refresh, pendingFiles, signal }: CheckOptions = {},
): Promise<WorkflowReport> {
	const sent = sanitize(workflow);
	const given = refresh ? undefined : objectInfo;
	const nodeTypes = usedTypes({ workflow: sent });
	const first = given ?? (await server.objectInfo({ nodeTypes, refresh, signal }));
	let check = prepareCheck(sent, first, { outputNodes, models });
	let findings = findAll(check);
	// Suggestions are taken from all node types.
	if ((isOld(first) || isPartial(first)) && dependOnCatalogue(findings)) {
		const latest = await server.objectInfo({ refresh: true, signal });
		check = prepareCheck(sent, latest, { outputNodes, models });
		findings = findAll(check);
	}
	const files = uploadedFiles(check).filter(({ value }) => !pendingFiles?.has(value));
	const { missingFiles, warnings } = await absentFiles(server.host, files, check, { signal });
	const report = toReport(check, { ...findings, missingFiles });
	return { ...report, warnings: [...report.warnings, ...warnings] };
}

function isOld(objectInfo: ObjectInfo): boolean {
	const arrived = arrivals.get(objectInfo);
	return arrived === undefined || now() - arrived > FRESH_MS;
}
