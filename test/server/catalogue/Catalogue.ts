import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMediaOf } from '../files/mediaTypes';
import type { FileStore } from '../files/FileStore';
import { parsePython } from '../wire/pythonJson';
import { DEFAULT_MODELS, FILE_INPUTS, MODEL_INPUTS } from './models';
import { choicesOf, type InputSpec, type NodeDefinition } from './NodeDefinition';

const FIXTURE = join(__dirname, '..', '..', 'fixtures', 'object_info.json');

/** What the server offers: node definitions and models. Choices of files are read when asked for. */
export class Catalogue {
	readonly models: Record<string, string[]>;
	private readonly definitions: Record<string, NodeDefinition>;

	constructor(
		models: Record<string, string[]>,
		objectInfo: Record<string, unknown>,
		private readonly files: FileStore,
	) {
		this.models = { ...DEFAULT_MODELS, ...models };
		this.definitions = parsePython(readFileSync(FIXTURE, 'utf8')) as Record<string, NodeDefinition>;
		this.fillModelChoices();
		Object.assign(this.definitions, objectInfo);
	}

	get(className: string): NodeDefinition | undefined {
		if (!Object.hasOwn(this.definitions, className)) return undefined;
		const definition = this.definitions[className] as NodeDefinition;
		for (const [input, kind] of Object.entries(FILE_INPUTS[className] ?? {})) {
			const names = this.files.list('input').filter((path) => !path.includes('/') && isMediaOf(kind, path));
			this.fill(definition, input, names.sort());
		}
		return definition;
	}

	all(): Record<string, NodeDefinition> {
		return Object.fromEntries(
			Object.keys(this.definitions).map((name) => [name, this.get(name) as NodeDefinition]),
		);
	}

	private fillModelChoices(): void {
		for (const [className, inputs] of Object.entries(MODEL_INPUTS))
			for (const [input, folder] of Object.entries(inputs)) {
				const definition = this.definitions[className];
				if (definition) this.fill(definition, input, this.models[folder] ?? []);
			}
	}

	private fill(definition: NodeDefinition, input: string, names: string[]): void {
		const spec: InputSpec | undefined = definition.input.required?.[input];
		const choices = spec && choicesOf(spec);
		choices?.splice(0, choices.length, ...names);
	}
}
