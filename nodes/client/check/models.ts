import { show, tidy } from '../core/text';
import { modelFolderOf } from '../objectInfo/modelFolders';
import type { ModelSource } from '../workflow/modelSources';
import type { MissingChoice, MissingModel } from './WorkflowReport';

/** Finds where the model of a value comes from; a value may have folders before the name. */
export class ModelSources {
	private readonly byName = new Map<string, ModelSource>();

	constructor(sources: readonly ModelSource[] = []) {
		for (const source of sources) this.byName.set(source.name, source);
	}

	find(value: unknown): ModelSource | undefined {
		return typeof value === 'string' ? this.byName.get(value.split(/[\\/]/).pop() ?? value) : undefined;
	}
}

/** The missing models among the values that a server does not offer, each once. */
export function missingModelsOf(missing: readonly MissingChoice[]): MissingModel[] {
	const found = new Map<string, MissingModel>();
	for (const { value, source, nodeId, nodeTitle, nodeType, input } of missing) {
		const directory = source?.directory ?? modelFolderOf(nodeType, input)?.folder;
		if (directory === undefined || typeof value !== 'string') continue;
		const key = `${directory}/${value}`;
		const model = found.get(key) ?? {
			name: value,
			directory,
			...(source && { url: source.url }),
			usedBy: [],
		};
		found.set(key, model);
		model.usedBy.push({ nodeId, nodeTitle, nodeType, input });
	}
	return [...found.values()];
}

/** ` Download it from ... into models/checkpoints.`, if the workflow knows an address. */
export function describeSource(source: MissingChoice['source']): string {
	if (!source) return '';
	return ` Download it from ${tidy(source.url, 500)} into models/${tidy(source.directory, 80)}.`;
}

const MAX_OFFERED = 20;

/** ` It offers "a", "b" and 12 more.`; for an empty list what to install. */
export function describeOffer({ nodeType, input, offered, offeredCount, source }: MissingChoice): string {
	const more = offeredCount - offered.length;
	if (offeredCount > 0) {
		const names = offered.map((choice) => show(choice)).join(', ');
		return ` The server offers ${names}${more > 0 ? ` and ${more} more` : ''}.`;
	}
	const models = modelFolderOf(nodeType, input);
	if (!models) return ' The server offers nothing here.';
	const what = `The server has no ${models.kind}`;
	return source ? ` ${what}.` : ` ${what}; put one into models/${models.folder}.`;
}

/** The choices that a text lists. */
export const listedChoices = <T>(choices: readonly T[]): T[] => choices.slice(0, MAX_OFFERED);
