import { toApiFormat, type Conversion } from '../../client/convert/toApiFormat';
import { listFields } from '../../client/fields/listFields';
import type { WorkflowField } from '../../client/fields/WorkflowField';
import type { FoundWorkflow } from '../../client/workflow/parse';
import type { ObjectInfo } from '../../client/objectInfo/types';

/** What a workflow is on a server. */
export interface Converted extends Pick<Conversion, 'prompt' | 'warnings'> {
	/** The fields of its form; worked out when they are first wanted. */
	fields(): WorkflowField[];
}

/** Workflows in API format, each worked out once per server: hundreds of items mostly share one. */
export class Conversions {
	private readonly done = new WeakMap<FoundWorkflow, Map<ObjectInfo, Converted>>();

	/** @throws InvalidWorkflowError, MissingNodeTypesError */
	convert(found: FoundWorkflow, objectInfo: ObjectInfo): Converted {
		const known = this.done.get(found) ?? new Map<ObjectInfo, Converted>();
		this.done.set(found, known);
		const converted = known.get(objectInfo) ?? convert(found, objectInfo);
		known.set(objectInfo, converted);
		return converted;
	}
}

function convert({ workflow, uiWorkflow }: FoundWorkflow, objectInfo: ObjectInfo): Converted {
	// File names are filled in last, with the values that are set until then.
	const options = { substituteNames: false };
	const { prompt, warnings, marks } = toApiFormat(workflow ?? uiWorkflow, objectInfo, options);
	let fields: WorkflowField[] | undefined;
	return { prompt, warnings, fields: () => (fields ??= listFields(prompt, objectInfo, marks)) };
}
