import { statSync } from 'node:fs';
import path from 'node:path';
import { didYouMean, type OutputFile } from 'comfyui-workflows-client';
import { UsageError } from '../errors';
import { safeName, safeSegment } from './names';

/** What the placeholders of a pattern stand for. */
const placeholders: Record<string, string> = {
	filename: 'name on the server',
	name: 'the same without extension',
	ext: 'extension',
	subfolder: 'folder on the server',
	index: 'number of the file in its job, from 1',
	job: 'number of the job, from 1',
	promptId: 'ID of the job',
	node: 'ID of the node',
	title: 'title of the node',
	seed: 'first seed of the job',
};

/** Facts of a job for a pattern. */
export interface JobFacts {
	promptId: string;
	/** From 1. */
	number: number;
	seed?: number | string;
	/** Values of the row, by column. */
	columns?: Readonly<Record<string, string>>;
}

/** Where files go: stdout, a folder, a file, or a pattern with placeholders. */
export class OutputTarget {
	readonly isStdout: boolean;
	private readonly isFolder: boolean;

	/**
	 * @param text the option `-o`: `-`, a folder, a file, or a pattern such as `out/{job}-{filename}`
	 * @param columns further placeholders; a column named like one of the program takes its place
	 * @throws UsageError for a placeholder that does not exist
	 */
	constructor(
		private readonly text: string,
		columns: readonly string[] = [],
	) {
		if (text.trim() === '') throw new UsageError('-o is empty.');
		this.isStdout = text === '-';
		const known = [...Object.keys(placeholders), ...columns];
		const used = placeholdersIn(text);
		for (const name of used) {
			if (known.includes(name)) continue;
			throw new UsageError(
				`-o has an unknown placeholder {${name}}. ${didYouMean(name, known)}`.trim(),
				`Known: ${known.map((one) => `{${one}}`).join(' ')}.`,
			);
		}
		this.isFolder = used.length === 0 && (isFolder(text) || /[/\\]$/.test(text) || path.extname(text) === '');
	}

	/** The path of a file, before it is made unique. @param index of the file in its job, from 1 */
	pathOf(file: OutputFile, index: number, job: JobFacts): string {
		if (this.isFolder) return path.join(this.text, safeName(file.filename));
		const values: Record<string, string> = { ...valuesOf(file, index, job), ...job.columns };
		return this.text.replace(PLACEHOLDER, (_, name: string) => safeSegment(values[name] ?? '', '_'));
	}
}

const PLACEHOLDER = /\{([^{}]{1,100})\}/g;

const placeholdersIn = (text: string) => [...text.matchAll(PLACEHOLDER)].map(([, name]) => name);

function valuesOf(
	file: OutputFile,
	index: number,
	{ promptId, number, seed }: JobFacts,
): Record<string, string> {
	const filename = safeName(file.filename);
	const ext = path.extname(filename);
	return {
		filename,
		name: ext ? filename.slice(0, -ext.length) : filename,
		ext: ext.slice(1),
		subfolder: file.subfolder,
		index: String(index),
		job: String(number),
		promptId,
		node: file.nodeId,
		title: file.nodeTitle ?? file.nodeId,
		seed: String(seed ?? ''),
	};
}

function isFolder(text: string): boolean {
	return statSync(text, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
