import { closeSync, openSync, readSync, statSync } from 'node:fs';

const INTERVAL_MS = 250;

/** Passes on what is appended to a log file from now on. @returns a function that ends it */
export function followLog(file: string, write: (text: string) => void): () => void {
	const buffer = Buffer.alloc(64 * 1024);
	let position = statSync(file).size;
	const read = () => {
		const handle = openSync(file, 'r');
		for (let count = 1; count > 0; position += count) {
			count = readSync(handle, buffer, 0, buffer.length, position);
			if (count > 0) write(buffer.toString('utf8', 0, count));
		}
		closeSync(handle);
	};
	const timer = setInterval(read, INTERVAL_MS);
	return () => {
		clearInterval(timer);
		read();
	};
}
