import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { UsageError } from '../errors';

/** A row of a table: values by column. Values of CSV files are texts, those of JSON lines any JSON. */
export interface Row {
	/** Line of the file, from 1, for errors. */
	line: number;
	values: Record<string, unknown>;
}

/** More rows are split into several files. */
const MAX_ROWS = 200_000;

const open = (file: string): Readable => (file === '-' ? process.stdin : createReadStream(file));

/** Reads a CSV file with a head; `-` is stdin. Commas, semicolons or tabs separate. @throws UsageError */
export async function readCsv(file: string): Promise<Row[]> {
	const { parse, CsvError } = await import('csv-parse');
	const rows: Row[] = [];
	const parser = parse({
		bom: true,
		columns: (names: string[]) => names.map((name) => name.trim()),
		delimiter: [',', ';', '\t'],
		info: true,
		skip_empty_lines: true,
	});
	const stream = open(file);
	stream.on('error', (error) => parser.destroy(error));
	stream.pipe(parser);
	try {
		for await (const { record, info } of parser as AsyncIterable<{
			record: Record<string, string>;
			info: { lines: number };
		}>) {
			rows.push({ line: info.lines, values: record });
			if (rows.length > MAX_ROWS) throw tooMany(file);
		}
	} catch (error) {
		if (error instanceof CsvError) throw new UsageError(`${file} is not valid CSV: ${error.message}`);
		throw error;
	}
	if (rows.length === 0) throw new UsageError(`${file} has no rows below its head.`);
	return rows;
}

/** Reads a file with a JSON object on each line; `-` is stdin. @throws UsageError */
export async function readJsonLines(file: string): Promise<Row[]> {
	const rows: Row[] = [];
	const stream = open(file);
	const lines = createInterface({ input: stream, crlfDelay: Infinity });
	let failure: unknown;
	stream.on('error', (error) => {
		failure = error;
		lines.close();
	});
	let line = 0;
	for await (const text of lines) {
		line += 1;
		if (text.trim() === '') continue;
		rows.push({ line, values: parseRow(text, file, line) });
		if (rows.length > MAX_ROWS) throw tooMany(file);
	}
	if (failure) throw failure;
	if (rows.length === 0) throw new UsageError(`${file} has no rows.`);
	return rows;
}

function parseRow(text: string, file: string, line: number): Record<string, unknown> {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw new UsageError(`${file}, line ${line}: not valid JSON.`);
	}
	if (typeof value === 'object' && value !== null && !Array.isArray(value))
		return value as Record<string, unknown>;
	throw new UsageError(`${file}, line ${line}: not a JSON object.`);
}

const tooMany = (file: string) => new UsageError(`${file} has more than ${MAX_ROWS} rows.`);
