import { didYouMean, workflowRoles, type InputValue, type WorkflowRole } from 'comfyui-workflows-client';
import { UsageError } from '../errors';
import { namesInput, splitAssignment } from '../workflow/assignments';
import { sizeOf } from '../workflow/Uploads';
import { parseSeed, type Seed, type WorkflowPlan } from '../workflow/WorkflowPlan';
import type { Row } from './rows';

/** The options of `comfyui batch` that say what columns mean. */
export interface ColumnOptions {
	map?: string[];
	mapFile?: string[];
	ignore?: string[];
	/** An empty cell keeps the value of the workflow. */
	skipEmpty?: boolean;
}

/** What a row sets. */
export interface RowInputs {
	values: InputValue[];
	uploads: Array<{ reference: string; file: string }>;
	seed?: Seed;
	columns: Record<string, string>;
}

type Target =
	| { kind: 'input'; reference: string }
	| { kind: 'file'; reference: string }
	| { kind: 'role'; role: WorkflowRole }
	| { kind: 'seed' };

/** Names of columns that set a role, beside the names of the roles. */
const ROLES: Record<string, WorkflowRole> = { negative: 'negativePrompt', images: 'imageCount' };

/** Turns the rows of a table into inputs of one workflow. */
export class Columns {
	private readonly targets = new Map<string, Target[]>();

	/**
	 * @param names of all columns
	 * @throws UsageError for a column that means nothing, and for an option that names no column
	 */
	constructor(
		private readonly plan: WorkflowPlan,
		names: readonly string[],
		private readonly options: ColumnOptions,
	) {
		const isColumn = (name: string) => names.includes(name);
		for (const [option, kind] of [
			['map', 'input'],
			['mapFile', 'file'],
		] as const) {
			const flag = kind === 'input' ? '--map' : '--map-file';
			for (const text of options[option] ?? []) {
				const { reference: column, value: reference } = splitAssignment(text, flag, isColumn);
				if (!isColumn(column)) throw noColumn(flag, column, names);
				this.targets.set(column, [...(this.targets.get(column) ?? []), { kind, reference }]);
			}
		}
		for (const column of options.ignore ?? []) {
			if (!isColumn(column)) throw noColumn('--ignore', column, names);
			this.targets.set(column, []);
		}
		for (const name of names) if (!this.targets.has(name)) this.targets.set(name, [this.targetOf(name)]);
	}

	/** @throws UsageError, InvalidInputError that name the line */
	read({ line, values: row }: Row): RowInputs {
		const found: RowInputs = { values: [], uploads: [], columns: {} };
		for (const [column, value] of Object.entries(row)) {
			found.columns[column] = typeof value === 'string' ? value : JSON.stringify(value);
			if (value === '' && this.options.skipEmpty) continue;
			for (const target of this.targets.get(column) ?? []) {
				const at = `line ${line}, column "${column}"`;
				if (target.kind === 'seed') found.seed = parseSeed(String(value));
				else if (target.kind === 'input') found.values.push({ node: target.reference, value, coerce: true });
				else this.readOther(target, value, at, found);
			}
		}
		return found;
	}

	private readOther(
		target: Extract<Target, { kind: 'file' | 'role' }>,
		value: unknown,
		at: string,
		found: RowInputs,
	): void {
		const isFile = target.kind === 'file' || target.role === 'image';
		if (!isFile) {
			const rows = this.plan.roleValues({ [target.role]: value });
			found.values.push(...rows.map((row) => ({ ...row, coerce: true })));
			return;
		}
		if (typeof value !== 'string' || value === '') throw new UsageError(`${at}: not the name of a file.`);
		sizeOf(value);
		const references =
			target.kind === 'file'
				? [target.reference]
				: this.plan.roleValues({ image: value }).map(({ node, input }) => `${node}.${input}`);
		found.uploads.push(...references.map((reference) => ({ reference, file: value })));
	}

	private targetOf(column: string): Target {
		const { prompt, objectInfo } = this.plan;
		if (namesInput(prompt, objectInfo)(column)) return { kind: 'input', reference: column };
		if (column.toLowerCase() === 'seed') return { kind: 'seed' };
		const role = ROLES[column] ?? workflowRoles.find((name) => name.toLowerCase() === column.toLowerCase());
		if (role) return { kind: 'role', role };
		throw new UsageError(
			`The column "${column}" is no input of the workflow. ${didYouMean(column, [...workflowRoles, 'seed'])}`.trim(),
			`Use --map "${column}=Node.input", or --ignore "${column}". comfyui inputs lists the inputs.`,
		);
	}
}

const noColumn = (option: string, column: string, names: readonly string[]) =>
	new UsageError(
		`${option} names the column "${column}", which does not exist. ${didYouMean(column, names)}`.trim(),
		names.length > 0 ? `The columns are ${names.join(', ')}.` : 'There is no table: --csv or --jsonl.',
	);
