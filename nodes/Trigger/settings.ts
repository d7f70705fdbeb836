import type { IExecuteFunctions, ITriggerFunctions } from 'n8n-workflow';
import { InvalidInputError } from '../client/core/errors';
import type { WatchEvent, WatchEventType } from '../client/watch/events';
import { readFileSettings, type FileSettings } from '../shared/files/settings';
import { hostKind } from '../shared/hosts/hostKinds';
import { isOfThisN8n } from '../shared/instance';
import { readSeconds } from '../shared/readSeconds';

/** The parameters of the trigger. */
export interface TriggerSettings {
	events: WatchEventType[];
	/** The workflow of ComfyUI Deploy whose runs are listed. */
	workflowId?: string;
	/** Whether an event starts the workflow. */
	matches(event: WatchEvent): boolean;
	/** How to store files; undefined for the facts alone. */
	files?: FileSettings;
	batchMs: number;
	catchUp: boolean;
	pollMs?: number;
	includeRawOutputs: boolean;
}

interface Options {
	batchSeconds?: unknown;
	catchUp?: boolean;
	pollSeconds?: unknown;
	includeRawOutputs?: boolean;
}

/** Reads the parameters. @throws InvalidInputError for one that is empty or out of range */
export function readSettings(context: ITriggerFunctions): TriggerSettings {
	const parameter = (name: string, fallback?: unknown) => context.getNodeParameter(name, fallback) as unknown;
	const options = (parameter('options', {}) ?? {}) as Options;
	const events = (parameter('events', []) ?? []) as WatchEventType[];
	if (events.length === 0)
		throw new InvalidInputError('No event is chosen.', 'Choose at least one in "Events".');
	const { name: host } = hostKind(parameter('host', 'selfHosted'));
	const filters = [fromFilter(context, parameter('from', 'any')), workflowFilter(parameter)];
	return {
		events,
		...(host === 'comfyDeploy' && { workflowId: required(parameter('workflowId', ''), 'Workflow ID') }),
		matches: (event) => !('job' in event) || filters.every((filter) => filter(event)),
		...(parameter('output', 'facts') !== 'facts' && { files: fileSettings(context) }),
		batchMs: readSeconds(options.batchSeconds ?? 0, 'Batch Within (Seconds)'),
		catchUp: options.catchUp !== false,
		...(options.pollSeconds !== undefined && {
			pollMs: readSeconds(options.pollSeconds, 'Polling Interval (Seconds)'),
		}),
		includeRawOutputs: options.includeRawOutputs === true,
	};
}

/** Without download links: n8n keeps the files for an execution that does not exist yet. */
function fileSettings(context: ITriggerFunctions): FileSettings {
	return { ...readFileSettings(forOneItem(context), 0), hasOldNames: false, downloadLink: 'none' };
}

type JobEvent = Extract<WatchEvent, { job: unknown }>;
type Filter = (event: JobEvent) => boolean;

function fromFilter(context: ITriggerFunctions, from: unknown): Filter {
	if (from === 'mine') return ({ job }) => isOfThisN8n(context, job);
	if (from === 'others') return ({ job }) => !isOfThisN8n(context, job);
	return () => true;
}

function workflowFilter(parameter: (name: string, fallback?: unknown) => unknown): Filter {
	const workflow = parameter('workflow', 'any');
	if (workflow === 'id') {
		const id = required(parameter('savedWorkflowId', ''), 'Saved Workflow ID');
		return ({ job }) => job.workflowId === id;
	}
	if (workflow === 'nodeType') {
		const text = required(parameter('nodeType', ''), 'Node Type');
		const types = new Set(text.split(',').map((type) => type.trim()));
		return ({ job }) => Object.values(job.workflow ?? {}).some(({ class_type: type }) => types.has(type));
	}
	return () => true;
}

/** @throws InvalidInputError for a text that is empty, or no text */
function required(value: unknown, name: string): string {
	const text = typeof value === 'string' ? value.trim() : '';
	if (text) return text;
	throw new InvalidInputError(`"${name}" is empty.`, `Enter a value in "${name}".`);
}

/** A trigger has no items, so its parameters are read without an index. */
export function forOneItem(context: ITriggerFunctions): IExecuteFunctions {
	const getNodeParameter = (name: string, _itemIndex: number, fallback?: unknown) =>
		context.getNodeParameter(name, fallback);
	return Object.create(context, { getNodeParameter: { value: getNodeParameter } }) as IExecuteFunctions;
}
