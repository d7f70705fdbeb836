import type { JobResult } from '../../../nodes/client';
import { bytesOf } from '../../client/support/bytes';
import { recordedWorkflow } from './recordedOrder';
import type { Scene } from './Scene';

/** How long an operation may take; the pauses of the client are shortened, its time-outs are not. */
interface Limits {
	signal: AbortSignal;
	/** Deadline of a wait, in the client's (fast) time. */
	waitMs: number;
}

/** Something that people do with the client. */
export interface Operation {
	/** Before the fault strikes. */
	prepare?: (scene: Scene) => Promise<void>;
	run: (scene: Scene, limits: Limits) => Promise<unknown>;
	/** What has to hold after it went well. */
	verify: (scene: Scene, value: never) => Promise<void>;
	/** What has to hold however it ended. */
	always?: (scene: Scene) => Promise<void>;
}

/** A stream that ended with an error of the library that it comes from. */
export class BrokenOff extends Error {}

const FILE = { filename: 'kept.bin', subfolder: 'sub', type: 'output' } as const;
const PROMPT_ID = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';

const isKnown = ({ server }: Scene, promptId: string) =>
	server.going.includes(promptId) || server.history(promptId) !== undefined;

/** A result with the files that the server keeps, byte for byte. */
async function verifyResult({ server, client }: Scene, { files, status }: JobResult): Promise<void> {
	const places = files.map(({ nodeId, type }) => `${nodeId} ${type}`);
	expect([status, places]).toEqual(['success', ['3 output', '3 output']]); // each of the two pictures once
	for (const file of files) {
		const kept = server.files.read('output', `${file.subfolder}/${file.filename}`);
		expect(kept).toBeDefined();
		expect(await bytesOf(await client.download(file))).toEqual(kept);
	}
}

/** Hands the recorded workflow in, and holds the server, so that nothing happens before the fault is there. */
async function queued({ client, server }: Scene): Promise<void> {
	server.faults.hold();
	await client.queuePrompt(recordedWorkflow(), { promptId: PROMPT_ID });
}

export const operations = {
	/** Submits a job. */
	queue: {
		run: async ({ client }, { signal }) => await client.queuePrompt(recordedWorkflow(), { signal }),
		verify: async (scene, { promptId }: { promptId: string }) => expect(isKnown(scene, promptId)).toBe(true),
	},
	/** Waits for a job that was submitted before. */
	wait: {
		prepare: queued,
		run: async ({ client, server }, { signal, waitMs }) => {
			server.faults.release();
			return await client.waitForCompletion(PROMPT_ID, { signal, timeoutMs: waitMs });
		},
		verify: verifyResult,
	},
	/** From the workflow to its result. */
	run: {
		run: async ({ client }, { signal, waitMs }) => {
			const { promptId } = await client.queuePrompt(recordedWorkflow(), { signal });
			return await client.waitForCompletion(promptId, { signal, timeoutMs: waitMs });
		},
		verify: verifyResult,
	},
	/** A file is fetched. */
	download: {
		prepare: async ({ server, bytes }) => server.files.put('output', 'sub/kept.bin', bytes),
		run: async ({ client }, { signal }) => {
			const stream = await client.download(FILE, { signal });
			return await bytesOf(stream).catch((error: Error) => {
				throw new BrokenOff(error.message);
			});
		},
		verify: async ({ bytes }, value: Buffer) => expect(value.equals(bytes)).toBe(true),
	},
	/** A file is stored. */
	upload: {
		run: async ({ client, bytes }, { signal }) =>
			await client.uploadImage({ data: bytes, filename: 'mine.bin' }, { signal }),
		verify: async ({ server, bytes }, { name }: { name: string }) =>
			expect(server.files.read('input', name)?.equals(bytes)).toBe(true),
		always: async ({ server, bytes }) => {
			const kept = server.files.read('input', 'mine.bin');
			expect(kept === undefined || kept.equals(bytes)).toBe(true); // never a part
		},
	},
	/** All node types are read. */
	catalogue: {
		run: async ({ client }, { signal }) => await client.objectInfo({ refresh: true, signal }),
		verify: async (_scene, value: object) => expect(Object.keys(value)).toContain('KSampler'),
	},
	/** A job is looked at. */
	look: {
		prepare: queued,
		run: async ({ client }, { signal }) => await client.getJob(PROMPT_ID, { signal }),
		verify: async (_scene, { state }: { state: string }) => expect(['pending', 'running']).toContain(state),
	},
	/** A job is stopped. */
	cancel: {
		prepare: queued,
		run: async ({ client, server }, { signal }) => {
			server.faults.release();
			return await client.cancel(PROMPT_ID, { signal });
		},
		verify: async ({ server }) => expect(server.going).not.toContain(PROMPT_ID),
	},
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;
