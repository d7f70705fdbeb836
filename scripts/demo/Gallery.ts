import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** A picture with what it was made from. */
export interface Picture {
	fileName: string;
	bytes: Buffer;
	prompt: string;
	seed?: number;
	/** Time on the server. */
	milliseconds: number;
}

/** The pictures of the demo: written to a folder, listed in a table and on a page. */
export class Gallery {
	private readonly pictures: Array<Picture & { path: string }> = [];

	constructor(private readonly folder: string) {}

	async add(pictures: Picture[]): Promise<void> {
		for (const picture of pictures) {
			const target = path.join(
				this.folder,
				`${String(this.pictures.length + 1).padStart(2, '0')}_${picture.fileName}`,
			);
			writeFileSync(target, picture.bytes);
			this.pictures.push({ ...picture, path: target });
		}
	}

	first(): Picture {
		if (!this.pictures[0]) throw new Error('No picture was made.');
		return this.pictures[0];
	}

	table(): string {
		const rows = this.pictures.map(({ path: file, bytes, prompt, seed, milliseconds }) => [
			path.relative('.', file),
			`${(bytes.length / 1024).toFixed(1)} kB`,
			prompt.replace(/\s+/g, ' '),
			seed === undefined ? '-' : String(seed),
			`${(milliseconds / 1000).toFixed(2)} s`,
		]);
		const lines = [['file', 'size', 'prompt', 'seed', 'time'], ...rows];
		const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
		return lines
			.map((line) =>
				line
					.map((cell, column) => cell.padEnd(widths[column]))
					.join('  ')
					.trimEnd(),
			)
			.join('\n');
	}

	html(): string {
		const figures = this.pictures.map(
			({ path: file, prompt, seed, milliseconds }) =>
				`<figure><img src="${encodeURIComponent(path.basename(file))}" alt=""><figcaption>${escape(prompt)}<br>` +
				`<small>seed ${seed ?? '-'} &middot; ${(milliseconds / 1000).toFixed(2)} s</small></figcaption></figure>`,
		);
		return `<!doctype html><meta charset="utf-8"><title>ComfyUI nodes demo</title>
<style>body{font:16px system-ui;background:#16151d;color:#eee;display:flex;flex-wrap:wrap;gap:24px;padding:24px}
figure{margin:0;width:384px}img{width:100%;border-radius:12px}small{color:#9a98a8}</style>
${figures.join('\n')}\n`;
	}
}

function escape(text: string): string {
	return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
