import { createReadStream, statSync } from 'node:fs';
import {
	InvalidWorkflowError,
	readWorkflow,
	readWorkflowFile,
	readyMadeKinds,
	type ComfyUiClient,
	type FoundWorkflow,
	type ReadyMadeKind,
} from 'comfyui-workflows-client';
import { UsageError } from '../errors';

/** A workflow that was read, or the deployment to run. */
export type Source = { found: FoundWorkflow } | { deployment: string };

/** A workflow file is read into memory; a file of this size is something else. */
const MAX_STDIN = 256 * 1024 * 1024;

/**
 * Reads a workflow: a file (JSON, or a picture, video and so on that ComfyUI saved), `-` for stdin, `saved:NAME` from the
 * folder of the editor, `template:NAME` of the server, `ready:KIND` for one of ours, `deployment:ID` on hosts with
 * deployments.
 * @param connect called only for sources on the server
 * @throws UsageError, InvalidWorkflowError, NotFoundError
 */
export async function readSource(
	reference: string,
	connect: () => Promise<ComfyUiClient>,
	{ signal }: { signal: AbortSignal },
): Promise<Source> {
	if (reference === '-') return { found: await readWorkflowFile(await stdinBytes(), { signal }) };
	const [, prefix, name] = /^(saved|template|ready|deployment):(.+)$/s.exec(reference) ?? [];
	switch (prefix) {
		case 'saved': {
			const file = /\.json$/i.test(name) ? name : `${name}.json`;
			return { found: readWorkflow(await (await connect()).readUserFile(`workflows/${file}`, { signal })) };
		}
		case 'template':
			return { found: readWorkflow(await (await connect()).readTemplate(name, { signal })) };
		case 'ready':
			return { found: { workflow: await (await connect()).readyMadeWorkflow(kindOf(name), { signal }) } };
		case 'deployment':
			return { deployment: name };
		default:
			return { found: await readFile(reference, { signal }) };
	}
}

async function readFile(file: string, { signal }: { signal: AbortSignal }): Promise<FoundWorkflow> {
	const found = statSync(file, { throwIfNoEntry: false });
	if (!found)
		throw new UsageError(
			`There is no file ${file}.`,
			'A workflow is a file, - for stdin, saved:NAME, template:NAME or ready:text-to-image.',
		);
	if (found.isDirectory())
		throw new UsageError(`${file} is a folder.`, 'comfyui batch runs all workflows of a folder.');
	try {
		return await readWorkflowFile(createReadStream(file), { filename: file, signal });
	} catch (error) {
		if (!(error instanceof InvalidWorkflowError)) throw error;
		throw new InvalidWorkflowError(`${file}: ${error.message}`, error.hint);
	}
}

async function stdinBytes(): Promise<Uint8Array> {
	if (process.stdin.isTTY)
		throw new UsageError(
			'- reads the workflow from stdin, which is a terminal.',
			'Use a pipe: comfyui run - < file.json',
		);
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > MAX_STDIN) throw new UsageError('The workflow on stdin is larger than 256 MiB.');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The ready-made workflows as `ready:` takes them. */
const readyNames = () => readyMadeKinds.map(kebab);

function kindOf(name: string): ReadyMadeKind {
	const kind = readyMadeKinds.find((known) => kebab(known) === name || known === name);
	if (kind) return kind;
	throw new UsageError(`There is no ready-made workflow "${name}".`, `There are ${readyNames().join(', ')}.`);
}
