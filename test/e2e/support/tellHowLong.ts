/** Says when the server was idle: a figure for who reads the log, since a busy machine is no fault of the nodes. */
export function tellHowLong(since: number): void {
	process.stderr.write(`The server was idle ${Date.now() - since} ms after the stop.\n`);
}
