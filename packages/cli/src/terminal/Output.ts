import pc from 'picocolors';
import type { ErrorFacts } from '../errors';
import { inOurWords } from '../hints';
import { printable } from './text';

/** How much the program says on stderr. */
export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** How to print. */
export interface OutputOptions {
	/** One JSON document per line on stdout; nothing else. */
	json: boolean;
	verbosity: Verbosity;
	/** Absent: colours on a terminal, as NO_COLOR and FORCE_COLOR say. */
	color?: boolean;
}

/** The streams of the process; tests pass others. */
export interface Streams {
	stdout: NodeJS.WriteStream;
	stderr: NodeJS.WriteStream;
}

/** Bars at the bottom of a terminal. */
export interface Drawing {
	/** Writes a line above them. */
	log(text: string): void;
}

/** Colours for a stream. */
export type Colors = ReturnType<typeof pc.createColors>;

/**
 * Everything that the program prints: results to stdout, all else to stderr. With `--json` stdout has one JSON
 * document per line, of which the last has the member `ok`.
 */
export class Output {
	readonly json: boolean;
	readonly verbosity: Verbosity;
	/** Colours of stderr. */
	readonly colors: Colors;
	private readonly stdoutColors: Colors;
	private drawing?: Drawing;

	constructor(
		readonly streams: Streams,
		{ json, verbosity, color }: OutputOptions,
	) {
		this.json = json;
		this.verbosity = verbosity;
		this.colors = colorsFor(streams.stderr, color);
		this.stdoutColors = colorsFor(streams.stdout, color);
	}

	/** Whether a person reads stdout on a terminal. */
	get isTerminal(): boolean {
		return this.streams.stdout.isTTY && !this.json;
	}

	/** Sets what is drawn at the bottom of the screen; lines are written above it until it is removed. */
	setDrawing(drawing: Drawing | undefined): void {
		this.drawing = drawing;
	}

	/** The result: in JSON `data` with `ok: true`, else what `human` prints. Call it once, last. */
	result(data: Record<string, unknown>, human: () => void = () => {}): void {
		if (this.json) this.document({ type: 'result', ok: true, ...data });
		else human();
	}

	/** An intermediate fact: a JSON document, or a line on stderr. */
	event(type: string, data: Record<string, unknown>, line?: string): void {
		if (this.json) this.document({ type, ...data });
		else if (line !== undefined) this.note(line);
	}

	/** One JSON document on a line of stdout. */
	document(data: Record<string, unknown>): void {
		this.streams.stdout.write(`${JSON.stringify(data)}\n`);
	}

	/** A line of the result on stdout. */
	line(text = ''): void {
		// On a terminal both streams share the screen.
		if (this.drawing && this.streams.stdout.isTTY) this.drawing.log(text);
		else this.streams.stdout.write(`${text}\n`);
	}

	/** A line on stderr, unless `--quiet`. */
	note(text: string): void {
		if (this.verbosity !== 'quiet') this.toStderr(text);
	}

	/** A line on stderr with `--verbose`. */
	detail(text: string): void {
		if (this.verbosity === 'verbose') this.toStderr(this.colors.dim(text));
	}

	/** A warning on stderr, or a document with the type `warning`. */
	warn(text: string): void {
		const message = inOurWords(text);
		if (this.json) this.document({ type: 'warning', message });
		else this.toStderr(`${this.colors.yellow('warning:')} ${printable(message)}`);
	}

	/** The end of a command that failed. */
	failure(error: ErrorFacts, data: Record<string, unknown> = {}): void {
		if (this.json) return this.document({ type: 'result', ok: false, error, ...data });
		this.toStderr(`${this.colors.red('error:')} ${printable(error.message)}`);
		if (error.hint) this.toStderr(`${this.colors.dim('hint:')} ${printable(error.hint)}`);
	}

	/**
	 * Rows on stdout: with a head and columns on a terminal, else one line per row with tabs between the columns and no
	 * head, for `cut` and `awk`.
	 */
	async table(head: readonly string[], rows: ReadonlyArray<readonly unknown[]>): Promise<void> {
		const texts = rows.map((row) => row.map((cell) => printable(cellText(cell)).replace(/\s+/g, ' ')));
		if (!this.streams.stdout.isTTY) {
			for (const row of texts) this.line(row.join('\t'));
			return;
		}
		const { default: Table } = await import('cli-table3');
		const table = new Table({
			head: head.map((title) => this.stdoutColors.bold(title)),
			chars: NO_BORDERS,
			style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
		});
		table.push(...texts);
		for (const line of table.toString().split('\n')) this.line(line.trimEnd());
	}

	/** Two columns on stderr, unless `--quiet`. */
	async noteTable(rows: ReadonlyArray<readonly [string, string]>): Promise<void> {
		const { default: Table } = await import('cli-table3');
		const table = new Table({ chars: NO_BORDERS, style: { 'padding-left': 0, 'padding-right': 2 } });
		table.push(...rows.map(([name, value]) => [name, { content: value, hAlign: 'right' as const }]));
		for (const line of table.toString().split('\n')) this.note(line.trimEnd());
	}

	private toStderr(text: string): void {
		if (this.drawing) this.drawing.log(text);
		else this.streams.stderr.write(`${text}\n`);
	}
}

/** NO_COLOR, FORCE_COLOR and CI are for both streams; a terminal is a property of one. */
function colorsFor(stream: NodeJS.WriteStream, color: boolean | undefined): Colors {
	const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
	if (color !== undefined) return pc.createColors(color);
	if (NO_COLOR) return pc.createColors(false);
	if (FORCE_COLOR && FORCE_COLOR !== '0') return pc.createColors(true);
	return pc.createColors(stream.isTTY && TERM !== 'dumb');
}

const cellText = (cell: unknown) => (cell === undefined || cell === null ? '' : String(cell));

const NO_BORDERS = {
	top: '',
	'top-mid': '',
	'top-left': '',
	'top-right': '',
	bottom: '',
	'bottom-mid': '',
	'bottom-left': '',
	'bottom-right': '',
	left: '',
	'left-mid': '',
	mid: '',
	'mid-mid': '',
	right: '',
	'right-mid': '',
	middle: '',
};
